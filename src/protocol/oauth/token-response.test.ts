import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readOAuthError, readTokenResponse } from './token-response.ts';

const ANSWER = { access_token: 'a.b-c~d', token_type: 'DPoP', expires_in: 3600, refresh_token: 'r', scope: 'a b' };
const read = (body: unknown) => readTokenResponse(JSON.stringify(body));

describe('readTokenResponse', () => {
  test('reads the members of RFC 6749 §5.1', () => {
    expect(read(ANSWER)).toEqual({
      accessToken: 'a.b-c~d',
      tokenType: 'DPoP',
      expiresIn: 3600,
      refreshToken: 'r',
      scope: 'a b',
      others: {},
    });
  });

  test('keeps what a specification or the server itself adds, but for other tokens', () => {
    const further = {
      id_token: 'x',
      authorization_details: [],
      sub: 'did:plc:1',
      user: { id: 7, teams: [{ name: 'a' }] },
    };
    const nested = { ...further.user, access_token: 'other', teams: [{ name: 'a', refresh_token: 'other' }] };
    expect(read({ ...ANSWER, ...further, user: nested }).others).toEqual(further);
  });

  test('keeps nothing that is nested beyond use', () => {
    const deep = '['.repeat(5_000) + ']'.repeat(5_000);
    const { others } = readTokenResponse(`${JSON.stringify(ANSWER).slice(0, -1)},"deep":${deep}}`);
    expect(JSON.stringify(others).length).toBeLessThan(1_000);
  });

  test('reads a number of seconds that came as a text, as some servers send it', () => {
    expect(read({ ...ANSWER, expires_in: '60' }).expiresIn).toBe(60);
  });

  test.each([
    ['no access token', { ...ANSWER, access_token: undefined }],
    ['an empty access token', { ...ANSWER, access_token: '' }],
    ['a token that would break a header', { ...ANSWER, access_token: 'a\r\nX-Evil: 1' }],
    ['a token that is no ASCII', { ...ANSWER, access_token: 'ä' }],
    ['no token type', { ...ANSWER, token_type: undefined }],
    ['a negative lifetime', { ...ANSWER, expires_in: -1 }],
    ['a list', [ANSWER]],
  ])('refuses %s', (_, body) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'reply_invalid' }));
  });

  test('refuses what is no JSON, and throws nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        try {
          readTokenResponse(body);
        } catch (error) {
          expect(error).toMatchObject({ code: 'reply_invalid' });
        }
      }),
    );
  });
});

test('readOAuthError finds an OAuth error, and nothing in anything else', () => {
  expect(readOAuthError('{"error":"invalid_grant","error_description":"gone","token":"x"}')).toEqual({
    error: 'invalid_grant',
    error_description: 'gone',
  });
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (body) => void readOAuthError(body)));
  expect(readOAuthError('<html>')).toBeUndefined();
});
