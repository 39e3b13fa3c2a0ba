import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSharedRuns } from './shared-runs.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the result of a run goes when its time is over, whether or not anybody asks again', async () => {
  const runs = createSharedRuns<{ since: number }, object>(Date.now, { forMs: 5_000, most: 10, lasts: () => true });
  const task = async () => ({});
  const later = vi.spyOn(globalThis, 'setTimeout');
  const first = await runs('refresh', { since: 0 }, false, task);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(await runs('refresh', { since: 0 }, false, task)).toBe(first);
  await vi.advanceTimersByTimeAsync(1);
  expect(later.mock.calls.filter(([, delay]) => delay === 5_000)).toHaveLength(1);
  expect(await runs('refresh', { since: 0 }, false, task)).not.toBe(first);
});
