import { expect, test } from 'vitest';
import { readForm, readTokenRequest } from './token-request.ts';

test('the members of a code exchange are read', () => {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: 'c',
    code_verifier: 'v',
    client_id: 'me',
    resource: 'https://mcp.example/mcp',
  });
  expect(readTokenRequest(form, undefined)).toEqual({
    grantType: 'authorization_code',
    clientId: 'me',
    codeVerifier: 'v',
    refreshToken: undefined,
    resource: 'https://mcp.example/mcp',
    resources: ['https://mcp.example/mcp'],
    scope: undefined,
  });
});

test.each([
  [`Basic ${btoa('my%20client:secret')}`, 'my client'],
  [`basic ${btoa('me:')}`, 'me'],
  ['Basic %%%', undefined],
  ['Bearer abc', undefined],
  [undefined, undefined],
])('a client may name itself in %s', (authorization, expected) => {
  expect(readTokenRequest(new URLSearchParams({ grant_type: 'refresh_token' }), authorization).clientId).toBe(expected);
});

test.each<[string, Record<string, string>]>([
  ['grant_type=a&scope=b%20c', { grant_type: 'a', scope: 'b c' }],
  [
    ' {"grant_type":"a","max_age":60,"once":true,"scope":null}',
    { grant_type: 'a', max_age: '60', once: 'true', scope: '' },
  ],
  ['{"grant_type":"a","resource":["b","c"]}', {}],
  ['{"grant_type":"a","deep":{}}', {}],
  ['{not json}&grant_type=a', { '{not json}': '', grant_type: 'a' }],
  ['["grant_type"]', { '["grant_type"]': '' }],
])('the form %s is read as urlencoded, or as flat JSON', (body, members) => {
  expect(Object.fromEntries(readForm(body))).toEqual(members);
});
