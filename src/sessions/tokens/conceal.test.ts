import { expect, test } from 'vitest';
import { conceal } from './conceal.ts';

const HANDLE = `hf_${'x'.repeat(43)}`;
const REFRESH = `hfr_${'y'.repeat(43)}`;

test('a token becomes its handle, in names too; the longest is meant where one begins like another', () => {
  const tokens = new Map([
    ['real-access', HANDLE],
    ['real-access-2', REFRESH],
    ['a.c$|*tok', 'odd'],
  ]);
  expect(conceal({ one: 'is real-access.', 'real-access-2': ['real-access-2'] }, tokens)).toEqual({
    one: `is ${HANDLE}.`,
    [REFRESH]: [REFRESH],
  });
  expect(conceal('an a.c$|*tok, no abc$|*tok', tokens)).toBe('an odd, no abc$|*tok');
});

test('a token that any text has makes no answer longer: of a text with it, nothing is left', () => {
  const tokens = new Map([
    ['!!', HANDLE],
    ['e', REFRESH],
  ]);
  expect(conceal(['!'.repeat(500_000), 'some text', 'plain'], tokens)).toEqual(['', '', 'plain']);
});
