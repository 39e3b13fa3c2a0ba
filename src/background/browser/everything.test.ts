import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import { openDatabase } from '../store/database.ts';
import { createArea } from './browser.fixture.ts';
import { deleteEverything } from './everything.ts';

const fake = vi.hoisted(() => ({ permissions: {}, storage: {}, scripting: {}, runtime: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

test('nothing of what Holdfast kept or was granted is left when it starts anew, though one host is its package’s own', async () => {
  const removed = vi.fn(({ origins }: { origins?: string[] }) =>
    origins?.[0] === 'https://own.example/*' ? Promise.reject(new Error('required')) : Promise.resolve(true),
  );
  const areas = { local: createArea(), session: createArea(), sync: createArea() };
  for (const area of Object.values(areas)) area.kept.something = 1;
  const database = await openDatabase();
  await database.put('activity', {} as never);
  const reload = vi.fn(() => Object.values(areas).map(({ kept }) => kept));
  Object.assign(fake, {
    permissions: {
      getAll: async () => ({ origins: ['https://own.example/*', 'https://agent.example/*'] }),
      remove: removed,
    },
    storage: areas,
    scripting: { unregisterContentScripts: vi.fn(async () => undefined) },
    runtime: { reload },
  });
  await deleteEverything();
  expect(removed.mock.calls.flat()).toEqual([
    { origins: ['https://own.example/*'] },
    { origins: ['https://agent.example/*'] },
    { permissions: ['idle'] },
  ]);
  expect(reload).toHaveReturnedWith([{}, {}, {}]);
  expect(await indexedDB.databases()).toEqual([]);
});
