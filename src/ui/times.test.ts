import { expect, test, vi } from 'vitest';
import { fromNow, moment, second } from './words.ts';

vi.mock('./browser.ts', () => ({ default: { i18n: { getMessage: (key: string) => key, getUILanguage: () => 'en' } } }));

const NO_TIMES = [1e18, -1e18, 8.64e15 + 1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

test.each(NO_TIMES)('%d is no time, and no view fails for it', (number) => {
  expect([moment(number), second(number), second(0, number), fromNow(number, 0)]).toEqual(['–', '–', '–', '–']);
});

test('a time is written as one, to the end of the calendar', () => {
  expect(moment(8.64e15)).toContain('275760');
  expect(fromNow(0, 3_000)).toBe('3 sec. ago');
});
