import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { htu } from './htu.ts';

describe('htu', () => {
  test.each([
    ['https://mcp.example/mcp?x=1#f', 'https://mcp.example/mcp'],
    ['https://MCP.Example/Path', 'https://mcp.example/Path'],
    ['https://mcp.example:443/mcp', 'https://mcp.example/mcp'],
    ['http://mcp.localhost:80/mcp', 'http://mcp.localhost/mcp'],
    ['http://mcp.localhost:7002/mcp', 'http://mcp.localhost:7002/mcp'],
    ['https://mcp.example', 'https://mcp.example/'],
    ['https://user:secret@mcp.example/mcp', 'https://mcp.example/mcp'],
    ['https://bücher.example/ä', 'https://xn--bcher-kva.example/%C3%A4'],
    ['https://[2001:DB8::1]:443/a', 'https://[2001:db8::1]/a'],
  ])('of %s is %s', (url, expected) => {
    expect(htu(url)).toBe(expected);
  });

  test('refuses what is no absolute URL', () => {
    expect(() => htu('/mcp')).toThrow(TypeError);
  });

  test('has no query, fragment, user info, default port or upper-case host, whatever the URL', () => {
    const urls = fc.webUrl({ withQueryParameters: true, withFragments: true });
    fc.assert(
      fc.property(urls, fc.constantFrom('', 'user@', 'user:password@'), (url, user) => {
        const claim = htu(url.replace('://', `://${user}`));
        const { protocol, host, pathname } = new URL(url);
        expect(claim).toBe(`${protocol}//${host.toLowerCase()}${pathname}`);
        expect(claim).not.toMatch(/[?#]/);
        expect(claim.split('/')[2]).not.toMatch(/@|:(?:80|443)$/);
      }),
    );
  });

  test('is the same for the claim itself: the server that normalizes it again agrees', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), (url) => {
        expect(htu(htu(url))).toBe(htu(url));
      }),
    );
  });
});
