import { expect, test } from 'vitest';
import { createWorld, newDatabase } from '../../sessions/world.fixture.ts';
import { createSessionStore } from './sessions.ts';
import type { Vault } from './vault.ts';

test('tokens that were held back are not written over newer ones, however long sealing them takes', async () => {
  const database = newDatabase();
  const session = await createWorld(database).bound();
  const written: unknown[] = [];
  let finishSlowOne = (): void => undefined;
  const vault = {
    async seal(id: string, { accessToken }: { accessToken: string }) {
      if (accessToken === 'old') await new Promise<void>((resolve) => (finishSlowOne = resolve));
      written.push(accessToken);
      return { session: id, iv: new Uint8Array(12), sealed: new TextEncoder().encode(accessToken).buffer };
    },
  } as unknown as Vault;
  const store = createSessionStore(database, vault, () => undefined);

  store.hold(session, { accessToken: 'old' });
  const writingOld = store.tokens(session.id);
  await store.save(session, { accessToken: 'new' });
  finishSlowOne();
  await writingOld;
  expect(written).toEqual(['new', 'old']);
  const stored = await (await database).get('tokens', session.id);
  expect(new TextDecoder().decode(stored?.sealed)).toBe('new');
  expect(store.isHeld(session.id)).toBe(false);
});
