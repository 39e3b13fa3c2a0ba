import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MANY } from '../hostile.fixture.ts';
import { LONGEST_NONCE, readNonce } from './nonce.ts';

test('takes a nonce by the syntax of RFC 9449 §8.1', () => {
  expect(readNonce('eyJ7S_zG.eyJH0-Z.HX4w-7v')).toBe('eyJ7S_zG.eyJH0-Z.HX4w-7v');
  expect(readNonce('a'.repeat(LONGEST_NONCE))).toHaveLength(LONGEST_NONCE);
});

test.each([null, undefined, '', 'a b', 'two, nonces', '"quoted"', 'back\\slash', 'ä', 'a'.repeat(LONGEST_NONCE + 1)])(
  'takes none of %j',
  (field) => {
    expect(readNonce(field)).toBeUndefined();
  },
);

test('whatever it takes stands in a header as it is', MANY, () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (field) => {
      const nonce = readNonce(field);
      if (nonce !== undefined) expect(new Headers({ 'DPoP-Nonce': nonce }).get('DPoP-Nonce')).toBe(field);
    }),
    { numRuns: 3_000 },
  );
});
