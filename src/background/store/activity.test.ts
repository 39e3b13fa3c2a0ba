import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { ACTIVITY_KINDS } from '../../model/activity.ts';
import { anOrigin } from '../../model/brands.fixture.ts';
import { originOf } from '../../model/origin.ts';
import { KEPT_LINES } from '../../model/quotas.ts';
import { hostileValue } from '../../protocol/hostile.fixture.ts';
import { newDatabase } from '../../scenarios/world.fixture.ts';
import { createActivityLog, SLACK } from './activity.ts';

const A = anOrigin('https://a.example');
const B = anOrigin('https://b.example');

test('the log keeps the newest lines, so many and a few more at most', async () => {
  const log = createActivityLog(newDatabase(), () => undefined);
  for (let at = 1; at <= KEPT_LINES + SLACK; at += 1) log.record({ at, kind: 'denied', code: 'locked' });
  await vi.waitFor(async () => expect(await log.read()).toHaveLength(KEPT_LINES + SLACK), {
    timeout: 20_000,
    interval: 500,
  });
  log.record({ at: KEPT_LINES + SLACK + 1, kind: 'denied', code: 'locked' });
  await vi.waitFor(async () => expect(await log.read()).toHaveLength(KEPT_LINES), { timeout: 20_000, interval: 500 });
  expect((await log.read())[0]?.at).toBe(SLACK + 2);
});

test('an agent that fills the log pushes out its own lines, not what others did', async () => {
  const log = createActivityLog(newDatabase(), () => undefined);
  for (let at = 1; at <= 20; at += 1) log.record({ at, kind: 'proved', agent: B });
  log.record({ at: 21, kind: 'failed', code: 'internal' }); // of nobody
  for (let at = 22; at <= KEPT_LINES + SLACK + 1; at += 1) log.record({ at, kind: 'denied', code: 'locked', agent: A });
  await vi.waitFor(async () => expect(await log.read()).toHaveLength(KEPT_LINES), { timeout: 20_000, interval: 500 });
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
  log.record({ at: 1, kind: 'denied', code: 'locked' });
  await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
});

test('lines of before a time are forgotten, and later ones are not', async () => {
  const log = createActivityLog(newDatabase(), () => undefined);
  for (const at of [1, 2, 3]) log.record({ at, kind: 'denied', code: 'locked' });
  await vi.waitFor(async () => expect(await log.read()).toHaveLength(3));
  await log.forget(3);
  expect((await log.read()).map(({ at }) => at)).toEqual([3]);
});

test('lines are told of when they are written', async () => {
  const written = vi.fn();
  const log = createActivityLog(newDatabase(), () => undefined, written);
  log.record({ at: 1, kind: 'denied', code: 'locked' });
  await vi.waitFor(() => expect(written).toHaveBeenCalledWith([{ at: 1, kind: 'denied', code: 'locked' }]));
});

describe('a damaged line', () => {
  const good = { at: 5, kind: 'denied', code: 'locked' } as const;
  async function stored(...lines: readonly unknown[]) {
    const database = newDatabase();
    const damaged = vi.fn();
    const { store } = (await database).transaction('activity', 'readwrite');
    for (const line of lines) await store.add(line as typeof good);
    const log = createActivityLog(database, () => undefined, undefined, damaged);
    return { database, damaged, log };
  }

  test.each([
    { at: 1, kind: 'unheard of' },
    { at: 'noon', kind: 'denied', code: 'locked' },
    { at: 1e300, kind: 'denied', code: 'locked' },
    { at: 1, kind: 'denied', code: 'locked', agent: 'nobody' },
    { kind: 'denied', code: 'locked' },
    null,
  ])('is passed over, said once, and gone: %j', async (line) => {
    const { database, damaged, log } = await stored(line, good);
    expect(await log.read()).toEqual([good]);
    expect(await log.read()).toEqual([good]);
    expect(damaged).toHaveBeenCalledOnce();
    expect(await (await database).count('activity')).toBe(1);
  });

  test('does not keep the old lines after it from being forgotten', async () => {
    const { log } = await stored(null, { at: 1, kind: 'denied', code: 'locked' }, good);
    await log.forget(5);
    expect(await log.read()).toEqual([good]);
  });

  test('whatever it is, leaves lines that can be shown', async () => {
    const members = fc.dictionary(fc.constantFrom('at', 'kind', 'agent', 'server', 'status', 'code'), hostileValue());
    const lines = fc.sample(members, 200).map((changed) => ({ ...good, ...changed }));
    const { log } = await stored(...lines, good);
    for (const { at, kind, agent } of await log.read()) {
      expect(ACTIVITY_KINDS).toContain(kind);
      expect(() => new Date(at).toISOString()).not.toThrow();
      if (agent !== undefined) expect(originOf(agent)).toBe(agent);
    }
    expect((await log.read()).at(-1)).toEqual(good);
  });
});
