import { describe, expect, test } from 'vitest';
import { issuersOf, metadataUrlsOf, resourceMetadataUrl } from './well-known.ts';

describe('issuersOf', () => {
  test.each([
    ['https://as.example/.well-known/oauth-authorization-server', ['https://as.example', 'https://as.example/']],
    [
      'https://as.example/.well-known/oauth-authorization-server/tenant',
      ['https://as.example/tenant', 'https://as.example/tenant/'],
    ],
    [
      'https://as.example/.well-known/openid-configuration/tenant',
      ['https://as.example/tenant', 'https://as.example/tenant/'],
    ],
    [
      'https://as.example/tenant/.well-known/openid-configuration',
      ['https://as.example/tenant', 'https://as.example/tenant/'],
    ],
    ['https://as.example/.well-known/oauth-authorization-server-evil', []],
    ['https://as.example/metadata', []],
  ])('of %s', (url, expected) => {
    expect(issuersOf(url)).toEqual(expected);
  });
});

test('an issuer’s metadata is looked for where MCP clients look, in their order', () => {
  expect(metadataUrlsOf('https://as.example/tenant')).toEqual([
    'https://as.example/.well-known/oauth-authorization-server/tenant',
    'https://as.example/.well-known/openid-configuration/tenant',
    'https://as.example/tenant/.well-known/openid-configuration',
  ]);
  expect(metadataUrlsOf('https://as.example/')).toEqual([
    'https://as.example/.well-known/oauth-authorization-server',
    'https://as.example/.well-known/openid-configuration',
  ]);
  for (const url of metadataUrlsOf('https://as.example/a/b'))
    expect(issuersOf(url)).toContain('https://as.example/a/b');
});

test.each([
  ['https://mcp.example', 'https://mcp.example/.well-known/oauth-protected-resource'],
  ['https://mcp.example/', 'https://mcp.example/.well-known/oauth-protected-resource'],
  ['https://mcp.example/mcp', 'https://mcp.example/.well-known/oauth-protected-resource/mcp'],
  ['https://mcp.example/mcp?tenant=a', 'https://mcp.example/.well-known/oauth-protected-resource/mcp?tenant=a'],
])('the metadata of %s stands at %s', (resource, expected) => {
  expect(resourceMetadataUrl(resource)).toBe(expected);
});
