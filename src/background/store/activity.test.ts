import { expect, test, vi } from 'vitest';
import { KEPT_LINES } from '../../messages/activity.ts';
import type { Origin } from '../../sessions/session.ts';
import { newDatabase } from '../../sessions/world.fixture.ts';
import { createActivityLog, SLACK } from './activity.ts';

const A = 'https://a.example' as Origin;
const B = 'https://b.example' as Origin;

test('the log keeps the newest lines, so many and a few more at most', async () => {
  const log = createActivityLog(newDatabase(), () => undefined);
  for (let at = 1; at <= KEPT_LINES + SLACK; at += 1) log.record({ at, kind: 'denied' });
  await vi.waitFor(async () => expect(await log.read()).toHaveLength(KEPT_LINES + SLACK), { timeout: 20_000 });
  log.record({ at: KEPT_LINES + SLACK + 1, kind: 'denied' });
  await vi.waitFor(async () => expect(await log.read()).toHaveLength(KEPT_LINES), { timeout: 20_000 });
  expect((await log.read())[0]?.at).toBe(SLACK + 2);
});

test('an agent that fills the log pushes out its own lines, not what others did', async () => {
  const log = createActivityLog(newDatabase(), () => undefined);
  for (let at = 1; at <= 20; at += 1) log.record({ at, kind: 'proved', agent: B });
  log.record({ at: 21, kind: 'failed' }); // of nobody
  for (let at = 22; at <= KEPT_LINES + SLACK + 1; at += 1) log.record({ at, kind: 'denied', agent: A });
  await vi.waitFor(async () => expect(await log.read()).toHaveLength(KEPT_LINES), { timeout: 20_000 });
  const lines = await log.read();
  expect(lines.slice(0, 21).map(({ at, agent }) => [at, agent])).toEqual([
    ...Array.from({ length: 20 }, (_, index) => [index + 1, B]),
    [21, undefined],
  ]);
  expect(lines.at(-1)?.at).toBe(KEPT_LINES + SLACK + 1);
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
