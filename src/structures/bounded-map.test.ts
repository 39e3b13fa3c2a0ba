import { expect, test } from 'vitest';
import { keep } from './bounded-map.ts';

test('above the maximum the oldest of those that count is deleted, and told', () => {
  const map = new Map<string, number>();
  const keepOdd = (key: string, value: number) => keep(map, key, value, 2, (other) => other % 2 === 1);
  const told = [keepOdd('a', 2), keepOdd('b', 1), keepOdd('c', 3), keepOdd('b', 5), keepOdd('d', 7), keepOdd('e', 4)];
  expect(told).toEqual([undefined, undefined, undefined, undefined, 'c', undefined]);
  expect([...map]).toEqual([
    ['a', 2],
    ['b', 5],
    ['d', 7],
    ['e', 4],
  ]);
});
