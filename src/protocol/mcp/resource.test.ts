import { expect, test } from 'vitest';
import { covers, isSameResource } from './resource.ts';

test.each([
  ['https://mcp.example', 'https://mcp.example/', true],
  ['https://mcp.example/mcp', 'https://MCP.example:443/mcp/', true],
  ['https://mcp.example/mcp', 'https://mcp.example/MCP', false],
  ['https://mcp.example/mcp', 'https://mcp.example/mcp?x', false],
  ['https://mcp.example/mcp', 'http://mcp.example/mcp', false],
  ['https://mcp.example', 'no url', false],
  ['https://mcp.example', undefined, false],
  [undefined, undefined, true],
])('%s and %s are the same resource: %s', (one, other, expected) => {
  expect(isSameResource(one, other)).toBe(expected);
});

test.each([
  ['https://mcp.example/mcp', 'https://mcp.example/mcp', true],
  ['https://mcp.example/mcp', 'https://mcp.example/mcp/', true],
  ['https://mcp.example/mcp/', 'https://mcp.example/mcp', true],
  ['https://mcp.example/mcp', 'https://mcp.example/mcp?x=1', true],
  ['https://mcp.example/mcp', 'https://mcp.example/mcp/session', true],
  ['https://mcp.example', 'https://mcp.example/anything', true],
  ['https://mcp.example/mcp', 'https://mcp.example/mcp-evil', false],
  ['https://mcp.example/mcp', 'https://mcp.example/', false],
  ['https://mcp.example/mcp', 'https://mcp.example/mcp/../admin', false],
  ['https://mcp.example/mcp', 'https://mcp.example:8443/mcp', false],
  ['https://mcp.example/mcp', 'http://mcp.example/mcp', false],
  ['https://mcp.example/mcp', 'https://mcp.example.evil/mcp', false],
  ['https://mcp.example/mcp', 'https://mcp.example@evil.example/mcp', false],
])('%s covers %s: %s', (resource, url, expected) => {
  expect(covers(resource, url)).toBe(expected);
});
