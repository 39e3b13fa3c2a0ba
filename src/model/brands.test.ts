import { expect, expectTypeOf, test } from 'vitest';
import type { AccessHandle, RefreshHandle, TokenDigest } from './handle.ts';
import { isOrigin, type Origin, originOf } from './origin.ts';
import type { Issuer, Resource } from './server.ts';
import type { SessionId } from './session.ts';
import type { AccessToken, RefreshToken } from './tokens.ts';

test('no text, and nothing else, is taken for a token or a handle', () => {
  expectTypeOf<string>().not.toExtend<AccessToken>();
  expectTypeOf<AccessHandle>().not.toExtend<AccessToken>();
  expectTypeOf<TokenDigest>().not.toExtend<AccessToken>();
  expectTypeOf<RefreshToken>().not.toExtend<AccessToken>();
  expectTypeOf<RefreshHandle>().not.toExtend<RefreshToken>();
  expectTypeOf<AccessToken>().not.toExtend<AccessHandle>();
  expectTypeOf<TokenDigest>().not.toExtend<AccessHandle>();
  expectTypeOf<AccessHandle>().not.toExtend<RefreshHandle>();
});

test('the names of servers, agents and sessions are not taken for each other', () => {
  expectTypeOf<string>().not.toExtend<Origin>();
  expectTypeOf<Issuer>().not.toExtend<Origin>();
  expectTypeOf<Resource>().not.toExtend<Issuer>();
  expectTypeOf<Origin>().not.toExtend<Resource>();
  expectTypeOf<SessionId>().not.toExtend<Origin>();
});

test('an origin is one of the web, as it is serialized', () => {
  for (const good of ['https://agent.example', 'http://localhost:8080']) expect(isOrigin(good)).toBe(true);
  for (const bad of ['null', 'https://agent.example/', 'HTTPS://agent.example', 'data:,x', '', 7]) {
    expect(isOrigin(bad)).toBe(false);
  }
  expect(originOf('https://agent.example:443/a?b')).toBe('https://agent.example');
});
