import { expect, test, vi } from 'vitest';
import { newDatabase } from '../../sessions/world.fixture.ts';
import { createActivityLog, KEPT } from './activity.ts';

test('the log keeps the newest lines, so many and no more', async () => {
  const log = createActivityLog(newDatabase(), () => undefined);
  for (let at = 1; at <= KEPT + 5; at += 1) log.record({ at, kind: 'denied' });
  await vi.waitFor(async () => expect(await log.read()).toHaveLength(KEPT), { timeout: 20_000 });
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
