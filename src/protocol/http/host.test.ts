import { expect, test } from 'vitest';
import { isSecureTransport } from '../oauth/loopback.ts';
import { resourceIn } from '../oauth/token-request.ts';
import { hasLiteralHost, hasLiteralPath, hasPlainPath } from './host.ts';

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

test.each([
  '/',
  '/files',
  '/files/',
  '/v1.2/a_b~c-d',
  '/%E6%9B%B8%E9%A1%9E',
  '/a%20b',
  '/a;v=1/b',
  '/.well-known/x',
  '/...',
])('the path %s has one reading', (path) => {
  expect(hasPlainPath(`https://mcp.example${path}?q=%2f..%2f#//`)).toBe(true);
});

test.each([
  ...[
    '/a%2fb',
    '/a%2Fb',
    '/a%5cb',
    '/a%2e',
    '/%61',
    '/%7E',
    '/%252e',
    '/a%25',
    '/a%',
    '/a%2',
    '/a%3bx',
    '/a%00',
    '/a%0d%0aX',
    '/%7f',
  ],
  ...['//a', '/a//', '/;/a', '/.;/a', '/a/..;x/b', '/a*'],
])('the path %s has several', (path) => {
  expect(hasPlainPath(`https://mcp.example${path}`)).toBe(false);
});
