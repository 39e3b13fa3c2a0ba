import { expect, it } from 'vitest';
import { rangeAt } from './window.ts';

it.each([
  [0, 700, 10_000],
  [12_345, 700, 10_000],
  [360_000 - 700, 700, 10_000],
  [0, 700, 5],
  [5_000, 700, 5],
  [0, 700, 0],
])('draws what can be seen, and not much more: %d px down, %d px high, %d rows', (top, height, count) => {
  const { first, end } = rangeAt(top, height, 36, count);
  const lastSeen = Math.min(count, Math.ceil((top + height) / 36));
  expect(first).toBeLessThanOrEqual(Math.min(Math.floor(top / 36), count));
  expect(end).toBeGreaterThanOrEqual(lastSeen);
  expect(end).toBeLessThanOrEqual(count);
  expect(end - first).toBeLessThanOrEqual(700 / 36 + 40);
});

it('stays the same while a block is scrolled through', () => {
  expect(rangeAt(36 * 100, 360, 36, 1000)).toEqual(rangeAt(36 * 101, 360, 36, 1000));
});
