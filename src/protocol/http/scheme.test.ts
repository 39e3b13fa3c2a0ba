import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MANY } from '../hostile.fixture.ts';
import { schemeOf } from './scheme.ts';

test('names a registered scheme as it is registered', () => {
  expect(schemeOf('bearer abc')).toBe('Bearer');
  expect(schemeOf('DPOP abc')).toBe('DPoP');
  expect(schemeOf('Basic YTpi')).toBe('Basic');
});

test('names no part of any other value: a client may send a bare token', MANY, () => {
  expect(schemeOf('sk-live-0123456789')).toBe('other');
  fc.assert(
    fc.property(fc.string({ minLength: 12 }), (secret) => {
      fc.pre(!/^(?:privatetoken)/i.test(secret));
      expect(['other', 'Basic', 'Bearer', 'DPoP', 'Digest', 'GNAP', 'HOBA', 'Mutual', 'Negotiate', 'OAuth']).toContain(
        schemeOf(secret),
      );
    }),
    { numRuns: 2_000 },
  );
});
