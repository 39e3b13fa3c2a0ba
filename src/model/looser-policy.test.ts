import { describe, expect, test } from 'vitest';
import { anOrigin, aResource } from './brands.fixture.ts';
import { isLooser } from './looser-policy.ts';
import { type PolicyChoice, resolvePolicy } from './policy.ts';

const A = anOrigin('https://a.example');
const B = anOrigin('https://b.example');

/** Each with what it changes. */
const LOOSER: readonly (readonly [string, PolicyChoice, PolicyChoice])[] = [
  ['the page is to hold the real token', {}, { custody: false }],
  ['the page is to hold the tokens for one resource', {}, { handedOver: [aResource('https://a.example/mcp')] }],
  ['bearer tokens are let in', { bearer: 'refuse' }, { bearer: 'hold' }],
  ['bearer tokens are given to the page', { bearer: 'hold' }, { bearer: 'expose' }],
  ['a server more is allowed', { servers: [A] }, { servers: [A, B] }],
  ['every server is allowed', { servers: [A] }, {}],
  ['an algorithm more is used', { algorithms: ['ES256'] }, { algorithms: ['ES256', 'RS256'] }],
  ['every algorithm is used', { algorithms: ['ES256'] }, {}],
  ['it is stricter elsewhere', { servers: [A] }, { servers: [A], custody: false, bearer: 'refuse' }],
];

describe.for(LOOSER)('a policy after which %s', ([, now, next]) => {
  test('is looser, and what it was is not', () => {
    expect(isLooser(resolvePolicy({}, next), resolvePolicy({}, now))).toBe(true);
    const isMixed = next.custody === false && next.bearer === 'refuse';
    expect(isLooser(resolvePolicy({}, now), resolvePolicy({}, next))).toBe(isMixed);
  });

  test('is not where the organization’s word holds in any case', () => {
    const managed: PolicyChoice = {
      ...{ bearer: 'refuse', custody: true, handedOver: [], servers: [A], algorithms: ['ES256'] },
    };
    expect(isLooser(resolvePolicy(managed, next), resolvePolicy(managed, now))).toBe(false);
  });
});

test('a policy that stays as it is is not looser', () => {
  const policy = resolvePolicy({}, { servers: [A], algorithms: ['ES256'] });
  expect(isLooser(policy, policy)).toBe(false);
});
