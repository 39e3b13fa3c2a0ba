import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Challenge, formatChallenges, parseChallenges } from './challenge.ts';

const challenge = (scheme: string, parameters: Record<string, string> = {}, token68?: string) => ({
  scheme,
  parameters,
  ...(token68 !== undefined && { token68 }),
});

describe('parseChallenges', () => {
  test.each([
    ['DPoP algs="ES256"', [challenge('dpop', { algs: 'ES256' })]],
    [
      'DPoP error="use_dpop_nonce", error_description="a, \\"b\\""',
      [challenge('dpop', { error: 'use_dpop_nonce', error_description: 'a, "b"' })],
    ],
    ['Bearer, DPoP algs="ES256 RS256"', [challenge('bearer'), challenge('dpop', { algs: 'ES256 RS256' })]],
    // RFC 9110 §11.6.1
    [
      'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
      [
        challenge('basic', { realm: 'simple' }),
        challenge('newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }),
      ],
    ],
    [
      'Negotiate abc123==, DPoP error="invalid_token"',
      [challenge('negotiate', {}, 'abc123=='), challenge('dpop', { error: 'invalid_token' })],
    ],
    ['  ,, Bearer  realm = "x" ,, scope=a ', [challenge('bearer', { realm: 'x', scope: 'a' })]],
    ['Bearer error="dpop"', [challenge('bearer', { error: 'dpop' })]],
    ['Bearer ERROR="a", error="b"', [challenge('bearer', { error: 'a' })]],
    ['', []],
    ['"', []],
    ['DPoP error=', [challenge('dpop', {}, 'error=')]],
    ['DPoP error="broken', [challenge('dpop')]],
  ])('reads %s', (field, expected) => {
    const found = parseChallenges(field).map(({ parameters, ...rest }) => ({ ...rest, parameters: { ...parameters } }));
    expect(found).toEqual(expected);
  });

  const token = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
  const challenges = fc.array(
    fc.record({
      scheme: token,
      parameters: fc.dictionary(token, fc.string({ maxLength: 12 }), { maxKeys: 4, noNullPrototype: true }),
    }),
    { maxLength: 4 },
  );

  test('reads back what was formatted, whatever the quoted values hold', () => {
    fc.assert(
      fc.property(challenges, (given: Challenge[]) => {
        const found = parseChallenges(formatChallenges(given));
        expect(found.map(({ scheme, parameters }) => ({ scheme, parameters: { ...parameters } }))).toEqual(given);
      }),
    );
  });

  test('ends, and throws nothing, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void parseChallenges(text)),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z", =\\]{0,60}$/), (text) => void parseChallenges(text)),
      { numRuns: 2000 },
    );
  });

  test('stays quick for a long hostile field', () => {
    const started = performance.now();
    parseChallenges(`DPoP ${'a="\\'.repeat(20_000)}`);
    parseChallenges(`${'a '.repeat(20_000)}`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
