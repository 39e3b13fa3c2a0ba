import { expect, test } from 'vitest';
import { chooseAlgorithm } from './algorithm.ts';

test.each([
  [[['RS256', 'ES256']], 'ES256'],
  [[['EdDSA', 'Ed25519']], 'Ed25519'],
  [[['EdDSA']], 'EdDSA'],
  [[['RS256']], 'RS256'],
  [[['ES256', 'RS256'], ['RS256']], 'RS256'],
  [[['ES256'], ['RS256']], undefined],
  [[['HS256', 'none']], undefined],
  [[[]], undefined],
])('of %j the choice is %s', (supported, expected) => {
  expect(chooseAlgorithm(...supported)).toBe(expected);
});
