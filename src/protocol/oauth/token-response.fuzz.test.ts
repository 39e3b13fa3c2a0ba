import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HoldfastError } from '../error.ts';
import { cases, hostileBody, MANY } from '../hostile.fixture.ts';
import { loggable } from './error-code.ts';
import { LONGEST_MEMBER, readOAuthError, readTokenResponse } from './token-response.ts';

const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.c2VjcmV0LWFjY2Vzcw.c2ln';
const ANSWER = {
  access_token: TOKEN,
  token_type: 'DPoP',
  expires_in: 3600,
  refresh_token: `refresh-${TOKEN}`,
  scope: 'a b',
};

test('whatever a token endpoint answers is refused with a code, or is a token response by RFC 6749', MANY, () => {
  let accepted = 0;
  fc.assert(
    fc.property(hostileBody(ANSWER), (body) => {
      try {
        const response = readTokenResponse(body);
        accepted += 1;
        expect(response.accessToken).toMatch(/^[\x20-\x7e]{1,16384}$/);
        expect(response.refreshToken ?? 'x').toMatch(/^[\x20-\x7e]{1,16384}$/);
        expect(response.expiresIn ?? 0).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(error).toBeInstanceOf(HoldfastError);
        expect(error).toMatchObject({ code: 'reply_invalid' });
      }
      const error = readOAuthError(body);
      if (error) expect(typeof error.error).toBe('string');
    }),
    cases(5_000),
  );
  expect(accepted).toBeGreaterThan(100);
});

test('no refusal repeats what it refused, nor carries it along as its cause', () => {
  const wrong = [
    { ...ANSWER, access_token: [TOKEN] },
    { ...ANSWER, access_token: `${TOKEN}\n` },
    { ...ANSWER, token_type: { [TOKEN]: TOKEN } },
    { ...ANSWER, expires_in: TOKEN },
    { ...ANSWER, refresh_token: { token: TOKEN } },
    { ...ANSWER, scope: [TOKEN] },
    TOKEN,
    [TOKEN],
  ].map((answer) => JSON.stringify(answer));
  for (const body of [...wrong, TOKEN, `${JSON.stringify(ANSWER)},`]) {
    let refusal: unknown;
    try {
      readTokenResponse(body);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: 'reply_invalid' });
    expect(`${refusal} ${String((refusal as Error).cause)}`).not.toContain(TOKEN.slice(0, 8));
  }
});

test.each(['access_token', 'refresh_token', 'scope'])('a longer %s than fits into a request is refused', (member) => {
  const longest = { ...ANSWER, [member]: 'a'.repeat(LONGEST_MEMBER) };
  expect(() => readTokenResponse(JSON.stringify(longest))).not.toThrow();
  const longer = { ...ANSWER, [member]: 'a'.repeat(LONGEST_MEMBER + 1) };
  expect(() => readTokenResponse(JSON.stringify(longer))).toThrow(`no valid ${member}`);
});

test('a log names a server’s error codes, and nothing else that a server puts there', MANY, () => {
  for (const code of ['invalid_grant', 'use_dpop_nonce', 'temporarily_unavailable', 'slow_down'])
    expect(loggable(code)).toBe(code);
  expect(loggable(undefined)).toBeUndefined();
  const token = fc.stringMatching(/^[\w.~+/-]{20,80}$/).filter((text) => /[^a-z_]/.test(text));
  fc.assert(
    fc.property(fc.oneof(token, fc.constant(TOKEN)), (text) => {
      expect(loggable(text)).toBe('other');
    }),
    cases(2_000),
  );
});
