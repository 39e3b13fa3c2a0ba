import { expect, test, vi } from 'vitest';
import { KEPT_LINES } from '../../messages/activity.ts';
import { newDatabase } from '../../sessions/world.fixture.ts';
import { createActivityLog } from './activity.ts';

test('the log keeps the newest lines, so many and no more', async () => {
  const log = createActivityLog(newDatabase(), () => undefined);
  for (let at = 1; at <= KEPT_LINES + 5; at += 1) log.record({ at, kind: 'denied' });
  await vi.waitFor(async () => expect(await log.read()).toHaveLength(KEPT_LINES), { timeout: 20_000 });
  expect((await log.read())[0]?.at).toBe(6);
});

test('a line that cannot be written is lost, and fails nothing', async () => {
  const failed = vi.fn();
  const broken = Promise.reject(new Error('no storage'));
  broken.catch(() => undefined);
  const log = createActivityLog(broken, failed);
  log.record({ at: 1, kind: 'denied' });
  await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
});

test('lines of before a time are forgotten, and later ones are not', async () => {
  const log = createActivityLog(newDatabase(), () => undefined);
  for (const at of [1, 2, 3]) log.record({ at, kind: 'denied' });
  await vi.waitFor(async () => expect(await log.read()).toHaveLength(3));
  await log.forget(3);
  expect((await log.read()).map(({ at }) => at)).toEqual([3]);
});

test('lines are told of when they are written', async () => {
  const written = vi.fn();
  const log = createActivityLog(newDatabase(), () => undefined, written);
  log.record({ at: 1, kind: 'denied' });
  await vi.waitFor(() => expect(written).toHaveBeenCalledWith([{ at: 1, kind: 'denied' }]));
});
