import { expect, test } from 'vitest';
import { headerProblem, keyIn, schemeProblem, secretProblem, serverProblem } from './given-key.ts';
import { isGivenHandle, newGivenHandle, readGiven, readHandle } from './handle.ts';

const HANDLE = newGivenHandle(() => 'x'.repeat(43));

test.each([
  ...[
    'Cookie',
    'cookie2',
    'Host',
    'Origin',
    'Referer',
    'DPoP',
    'Content-Type',
    'Accept',
    'Accept-Encoding',
    'TE',
    'Via',
  ],
  ...[
    'Sec-Fetch-Mode',
    'Proxy-Authorization',
    'Access-Control-Request-Method',
    'MCP-Protocol-Version',
    'Mcp-Session-Id',
  ],
  ...['X-Forwarded-For', 'If-Match', 'Transfer-Encoding', 'X-HTTP-Method-Override', 'Last-Event-ID', 'User-Agent'],
])('no key is put into %s', (name) => {
  expect(headerProblem(name)).toBe('headerReserved');
});

test.each(['Authorization', 'X-API-Key', 'api-key', 'X-Goog-Api-Key', 'Ocp-Apim-Subscription-Key', 'X-Auth-Token'])(
  'a key may stand in %s',
  (name) => expect(headerProblem(name)).toBeUndefined(),
);

test.each(['', 'X Key', 'X-Key:', 'Schlüssel', 'x\r\ny', 'x'.repeat(65)])('“%s” names no header', (name) => {
  expect(headerProblem(name)).toBe('headerNone');
});

test.each([
  ['https://mcp.example/mcp', undefined],
  ['http://localhost:3000/mcp', undefined],
  ['https://mcp.example', undefined],
  ['mcp.example/mcp', 'serverNone'],
  ['', 'serverNone'],
  ['http://mcp.example/mcp', 'serverInsecure'],
  ['file:///etc/hosts', 'serverInsecure'],
  ['https://*/mcp', 'serverInsecure'],
  ['https://me:you@mcp.example/mcp', 'serverPath'],
  ['https://mcp.example/mcp?key=1', 'serverPath'],
  ['https://mcp.example/mcp#x', 'serverPath'],
  ['https://mcp.example/*', 'serverPath'],
])('the address %s', (url, problem) => {
  expect(serverProblem(url)).toBe(problem);
});

test('a scheme is one word, and not that of tokens that need proofs', () => {
  for (const scheme of ['', 'Bearer', 'Basic', 'Token', 'ApiKey-v1']) expect(schemeProblem(scheme)).toBeUndefined();
  for (const scheme of ['two words', 'Bearer:', 'x\n']) expect(schemeProblem(scheme)).toBe('schemeNone');
  expect(schemeProblem('dpop')).toBe('schemeDpop');
});

test('a key is what a header field can carry, and no handle', () => {
  for (const secret of ['k', 'sk-live_A+b/c==', 'x'.repeat(8_192)]) expect(secretProblem(secret)).toBeUndefined();
  for (const secret of ['a b', 'a\r\nX-Evil: 1', 'ключ', 'x'.repeat(8_193)])
    expect(secretProblem(secret)).toBe('secretCharacters');
  expect(secretProblem('')).toBe('secretNone');
  expect(secretProblem(HANDLE)).toBe('secretHandle');
  expect(secretProblem(`hf_${'x'.repeat(43)}`)).toBe('secretHandle');
});

test('what was pasted with its scheme is the key alone', () => {
  expect(keyIn(' Bearer  sk-1\n', 'Bearer')).toBe('sk-1');
  expect(keyIn('bearer sk-1', 'Bearer')).toBe('sk-1');
  expect(keyIn('Bearer sk-1', '')).toBe('Bearer sk-1');
  expect(keyIn('Bearersk', 'Bearer')).toBe('Bearersk');
});

test('a handle is found as the whole of a value, or after one word', () => {
  for (const value of [HANDLE, `Bearer ${HANDLE}`, `Basic ${HANDLE}`, `Token  ${HANDLE}`])
    expect(readGiven(value)).toBe(HANDLE);
  for (const value of [`x${HANDLE}`, `${HANDLE}x`, `a b ${HANDLE}`, `key=${HANDLE}`, `hf_${'x'.repeat(43)}`])
    expect(readGiven(value)).toBeUndefined();
  expect(isGivenHandle(`Bearer ${HANDLE}`)).toBe(false);
  expect(readHandle(`Bearer ${HANDLE}`)).toBeUndefined();
});
