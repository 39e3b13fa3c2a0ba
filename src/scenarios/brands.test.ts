import { expect, test } from 'vitest';
import {
  anAccessHandle,
  anAccessToken,
  anIssuer,
  type anOrigin,
  aResource,
  aSessionId,
} from '../model/brands.fixture.ts';
import { accessDigest, newAccessHandle } from '../model/handle.ts';
import { isOrigin, originOf } from '../model/origin.ts';
import type { Rules } from '../sessions/ports.ts';

/** What compiles is what is tried: each line would present, or ask for, something in another's place. */
export function wrongs(rules: Rules, wanted: (origin: ReturnType<typeof anOrigin>) => void): void {
  const handle = newAccessHandle(() => 'x'.repeat(43));
  // @ts-expect-error a handle is no token
  void rules.withdraw(handle);
  // @ts-expect-error nor is any text
  void rules.withdraw('real-access');
  // @ts-expect-error nor is what a page's own token is known by
  void rules.withdraw(accessDigest('x'));
  // @ts-expect-error a token is no origin
  wanted(anAccessToken('real-access'));
  // @ts-expect-error an issuer is a URL, and no origin
  wanted(anIssuer('https://as.example'));
  // @ts-expect-error nor is a resource
  wanted(aResource('https://mcp.example'));
  // @ts-expect-error a session’s id is no handle
  anAccessHandle(aSessionId('x')) satisfies ReturnType<typeof aSessionId>;
}

test('an origin is one of the web, as it is serialized', () => {
  for (const good of ['https://agent.example', 'http://localhost:8080']) expect(isOrigin(good)).toBe(true);
  for (const bad of ['null', 'https://agent.example/', 'HTTPS://agent.example', 'data:,x', '', 7]) {
    expect(isOrigin(bad)).toBe(false);
  }
  expect(originOf('https://agent.example:443/a?b')).toBe('https://agent.example');
});
