import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MANY } from '../hostile.fixture.ts';
import { correctionOf, LARGEST_SKEW, NOTABLE_SKEW, offsetOf, skewOf } from './clock.ts';

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

describe('the clock that an answer tells', () => {
  /** What an answer says whose server has so much more on its clock. */
  const told = (ahead: number, took: number, headers: Record<string, string> = {}) => {
    const fields = new Headers({ Date: dateOf(NOW + took / 2 + ahead), ...headers });
    return offsetOf((name) => fields.get(name), NOW, NOW + took);
  };

  test('is never ahead of the server’s, nor further behind than the answer took and a second', () => {
    fc.assert(
      fc.property(fc.integer({ min: -DAY, max: DAY }), fc.nat(8_000), (ahead, took) => {
        const offset = told(ahead, took) ?? Number.NaN;
        const isTheSame = Math.abs(ahead) <= 1_000 + took;
        if (offset === 0 && isTheSame) return;
        expect(offset).toBeLessThanOrEqual(ahead);
        expect(offset).toBeGreaterThanOrEqual(ahead - 1_000 - took);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([0, 999, 5_000])('is ours where the two may agree (%i ms for the answer)', (took) => {
    expect(told(0, took)).toBe(0);
  });

  test.each([-6_000, -2_100, 2_100])('is another’s from two seconds on (%i ms)', (ahead) => {
    expect(told(ahead, 50)).not.toBe(0);
  });

  test('is not told out of a cache, nor where it is beyond belief or missing', () => {
    expect(told(-3_600_000, 50, { Age: '3600' })).toBeUndefined();
    expect(told(-60_000, 50, { Age: '0' })).toBeDefined();
    expect(told(3 * DAY, 50)).toBeUndefined();
    expect(offsetOf(() => null, NOW, NOW)).toBeUndefined();
  });
});
