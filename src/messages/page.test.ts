import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { LONGEST_BODY, LONGEST_URL } from '../model/quotas.ts';
import { PageRequest } from './page.ts';

const decode = (message: unknown) => v.safeParse(PageRequest, message);
const handle = `hf_${'a'.repeat(43)}`;
const prove = { kind: 'prove', token: handle, method: 'POST', url: 'https://mcp.example/mcp' };

test('what the wrapper says is understood', () => {
  for (const message of [
    { kind: 'hello' },
    { kind: 'resource', url: 'https://mcp.example/.well-known/oauth-protected-resource' },
    { kind: 'discover', url: 'https://as.example/.well-known/oauth-authorization-server', dpop: true },
    { kind: 'form', url: 'https://as.example/token', headers: [['accept', '*/*']], body: 'grant_type=x' },
    { kind: 'exposed', url: 'https://as.example/token', body: 'grant_type=x', expiresIn: 60 },
    { kind: 'typed', url: 'https://mcp.example/mcp' },
    { ...prove, token: `hfk_${'a'.repeat(43)}`, header: 'x-api-key' },
    { kind: 'aside', url: 'https://mcp.example/mcp' },
    { kind: 'dropped', jtis: ['a'] },
    { kind: 'challenge', challenge: 'DPoP' },
    { kind: 'passedOn', url: 'wss://api.example/', handles: [handle, `hfr_${'b'.repeat(43)}`] },
    prove,
    { ...prove, refused: { jti: 'a', nonce: 'b', challenge: 'c' } },
  ]) {
    expect(decode(message).success).toBe(true);
  }
});

test.each([
  ['no token', { ...prove, token: '' }],
  ['a token with a space', { ...prove, token: 'a b' }],
  ['a token that is too long', { ...prove, token: 'a'.repeat(8193) }],
  ['a token that is no text', { ...prove, token: { toString: () => handle } }],
  ['a relative URL', { ...prove, url: '/mcp' }],
  ['a URL without end', { ...prove, url: `https://a.example/${'x'.repeat(LONGEST_URL)}` }],
  ['a method with a line break', { ...prove, method: 'GET\r\nX: 1' }],
  ['a field without end', { ...prove, header: 'x'.repeat(65) }],
  ['an empty method', { ...prove, method: '' }],
  [
    'a body without end',
    { kind: 'form', url: 'https://as.example/token', headers: [], body: 'x'.repeat(LONGEST_BODY + 1) },
  ],
  ['headers that are no pairs', { kind: 'form', url: 'https://as.example/token', headers: ['a'], body: '' }],
  [
    'a list of headers without end',
    { kind: 'form', url: 'https://as.example/token', headers: Array(65).fill(['accept', 'b']), body: '' },
  ],
  [
    'a header without end',
    { kind: 'form', url: 'https://as.example/token', headers: [['Authorization', 'b'.repeat(8193)]], body: '' },
  ],
  ['a challenge without end', { kind: 'challenge', challenge: 'x'.repeat(8193) }],
  ['a nonce without end', { ...prove, refused: { jti: 'a', nonce: 'n'.repeat(1025) } }],
  ['a list of proofs without end', { kind: 'dropped', jtis: Array(65).fill('a') }],
  ['a list of handles without end', { kind: 'passedOn', url: prove.url, handles: Array(9).fill(handle) }],
  ['what is no handle', { kind: 'passedOn', url: prove.url, handles: ['real-token'] }],
  ['an unknown kind', { kind: 'tokens' }],
  ['nothing', null],
])('%s is refused', (_, message) => {
  expect(decode(message).success).toBe(false);
});

test('of a form’s headers those are kept that are read; the others may be as many and as long as they like', () => {
  const read = [
    ['Accept', '*/*'],
    ['authorization', 'Basic x'],
    ['DPoP', 'x'],
  ];
  const others = [['x'.repeat(9_000), 'y'], ['x', 'y'.repeat(9_000)], ...Array(100).fill(['x-trace', '1'])];
  const form = { kind: 'form', url: 'https://as.example/token', headers: [...others, ...read], body: '' };
  expect(decode(form).output).toMatchObject({ headers: read });
});

test('any value at all is either understood or refused: decoding throws nothing', () => {
  const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
  const nearly = fc.record(
    {
      kind: fc.constantFrom('hello', 'prove', 'form', 'discover', 'exposed', 'passedOn'),
      url: fc.anything(),
      token: fc.anything(),
      headers: fc.anything(),
      body: fc.anything(),
      origin: fc.string(),
    },
    { requiredKeys: ['kind'] },
  );
  fc.assert(
    fc.property(fc.oneof(anything, nearly), (message) => void decode(message)),
    { numRuns: 3000 },
  );
});

test('an origin that a message claims is not even read', () => {
  const result = decode({ ...prove, origin: 'https://victim.example', agent: 'https://victim.example', tab: 1 });
  expect(result.output).toEqual(prove);
});
