import fc from 'fast-check';
import { expect, test } from 'vitest';
import { handlesIn, isAccessHandle, isRefreshHandle, mentionsHandle, readHandle } from './handle.ts';

const body = fc.stringMatching(/^[\w-]{43}$/);

test('handles are told from each other and from everything else', () => {
  fc.assert(
    fc.property(body, fc.string(), (random, other) => {
      expect(isAccessHandle(`hf_${random}`)).toBe(true);
      expect(isRefreshHandle(`hfr_${random}`)).toBe(true);
      expect(isAccessHandle(`hfr_${random}`)).toBe(false);
      expect(isRefreshHandle(`hf_${random}`)).toBe(false);
      expect(isAccessHandle(other)).toBe(false);
    }),
  );
});

test('a handle in an Authorization field is read, with its scheme', () => {
  const handle = `hf_${'a'.repeat(43)}`;
  expect(readHandle(`Bearer ${handle}`)).toEqual({ isBearer: true, token: handle });
  expect(readHandle(`dpop  ${handle}`)).toEqual({ isBearer: false, token: handle });
  expect(readHandle(`Basic ${handle}`)).toBeUndefined();
  expect(readHandle(`Bearer ${handle}x`)).toBeUndefined();
  expect(readHandle(`Bearer hfr_${'a'.repeat(43)}`)).toBeUndefined();
});

test('a handle is found in a form, and not in the middle of something longer', () => {
  const handle = `hfr_${'b'.repeat(43)}`;
  expect(mentionsHandle(`token=${handle}&x=1`)).toBe(true);
  expect(mentionsHandle(`token=${handle}`)).toBe(true);
  expect(mentionsHandle(`token=${handle}c`)).toBe(false);
  expect(mentionsHandle(`token=a${handle}`)).toBe(false);
});

test('the handles in a text are found, whatever stands around them', () => {
  const [one, other] = [`hf_${'a'.repeat(43)}`, `hfr_${'-'.repeat(43)}`];
  expect(handlesIn(`{"token":"${one}","more":["Bearer ${other}"]}`)).toEqual([one, other]);
  expect(handlesIn(`x${one} ${other}_ hf_short`)).toEqual([]);
});
