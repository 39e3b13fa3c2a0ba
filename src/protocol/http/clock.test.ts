import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MANY } from '../hostile.fixture.ts';
import { correctionOf, LARGEST_SKEW, NOTABLE_SKEW, skewOf } from './clock.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;
const dateOf = (time: number) => new Date(time).toUTCString();

test('a clock that is off by up to a day, either way, is corrected to within a second', () => {
  fc.assert(
    fc.property(fc.integer({ min: NOTABLE_SKEW + 1_000, max: DAY }), fc.constantFrom(1, -1), (skew, sign) => {
      const correction = correctionOf(skewOf(dateOf(NOW + sign * skew), NOW), 0);
      expect(Math.abs((correction ?? Number.NaN) - sign * skew)).toBeLessThan(1_000);
    }),
    { numRuns: 2_000 },
  );
});

test('a clock that is off by more is not believed: a server cannot have proofs made for another year', () => {
  for (const off of [LARGEST_SKEW + 1_000, -LARGEST_SKEW - 1_000, 400 * DAY, 8e15 - NOW])
    expect(correctionOf(skewOf(dateOf(NOW + off), NOW), 0)).toBeUndefined();
});

test('what was corrected already, or hardly differs, is no reason to try again', () => {
  expect(correctionOf(DAY, DAY + NOTABLE_SKEW - 1)).toBeUndefined();
  expect(correctionOf(NOTABLE_SKEW - 1, 0)).toBeUndefined();
  expect(correctionOf(0, DAY)).toBe(0);
});

test('a Date that is none says nothing', MANY, () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('0', 'Infinity', '+275760-09-13')), (text) => {
      const correction = correctionOf(skewOf(text, NOW), 0);
      expect(correction === undefined || Math.abs(correction) <= LARGEST_SKEW).toBe(true);
    }),
    { numRuns: 3_000 },
  );
  expect(skewOf(null, NOW)).toBeUndefined();
});
