import { describe, expect, test } from 'vitest';
import { accountsIn, LONGEST_ACCOUNT } from './account.ts';

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: unknown): string => `${part({ alg: 'ES256' })}.${part(claims)}.c2ln`;

describe('whose a token is', () => {
  test('is said by the claim that tells people most', () => {
    const all = { sub: '248289761001', email: 'ada@example.com', name: 'Ada Lovelace', preferred_username: 'ada' };
    expect(accountsIn(jwt(all))).toEqual(['ada', 'Ada Lovelace', 'ada@example.com', '248289761001']);
    expect(accountsIn(jwt({ sub: 'u1', name: '' }))).toEqual(['u1']);
  });

  test.each([
    ['an opaque token', 'opaque'],
    ['no token', undefined],
    ['a JWT without such a claim', jwt({ scope: 'files' })],
    ['a claim that is no text', jwt({ sub: 7, name: { a: 1 }, email: ['a'] })],
    ['claims that are a list', jwt(['ada'])],
    ['a text that has nothing to be seen', jwt({ sub: ' \u0000\u202e\u200b\n' })],
  ])('is not said by %s', (_, token) => {
    expect(accountsIn(token)).toEqual([]);
  });

  test('is one short line that turns no writing, whatever the server says', () => {
    expect(accountsIn(jwt({ sub: 'ada\u202e\u2066\n\t\u0007 love\u00adlace\ud800' }))).toEqual(['ada lovelace']);
    const [long = ''] = accountsIn(jwt({ sub: '😀'.repeat(9_000) }));
    expect([...long]).toHaveLength(LONGEST_ACCOUNT);
    expect(long.endsWith('😀…')).toBe(true);
  });
});
