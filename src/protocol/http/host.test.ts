import { expect, test } from 'vitest';
import { isSecureTransport } from '../oauth/loopback.ts';
import { resourceIn } from '../oauth/token-request.ts';
import { hasLiteralHost, hasLiteralPath } from './host.ts';

test.each([
  'https://as.example',
  'https://my_host-1.example:8443/x',
  'http://127.0.0.1:1',
  'https://[::1]/',
  'https://日本.example',
])('%s names one host', (url) => {
  expect(hasLiteralHost(url)).toBe(true);
});

test.each(['https://*', 'https://*/mcp', 'https://*.example/mcp', 'https://as.example*/mcp', 'https://a,b/mcp'])(
  '%s is no server and no resource: where Chrome takes a pattern, it would stand for many hosts',
  (url) => {
    expect(hasLiteralHost(url)).toBe(false);
    expect(isSecureTransport(url)).toBe(false);
    expect(resourceIn(url)).toBeUndefined();
  },
);

test.each(['/mcp/*', '/*', '/mcp^', '/a|b'])('the path %s stands for many where Chrome takes a pattern', (path) => {
  expect(hasLiteralPath(`https://as.example${path}`)).toBe(false);
  expect(hasLiteralPath('https://as.example/a-b_c.d/~%2A?*|^')).toBe(true);
});
