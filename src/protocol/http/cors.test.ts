import { describe, expect, test } from 'vitest';
import { faultsOfAnswer, faultsOfPreflight } from './cors.ts';

const AGENT = 'https://agent.example';
const headers = (fields: Record<string, string>) => {
  const all = new Headers(fields);
  return (name: string) => all.get(name);
};
const OPEN = { 'access-control-allow-origin': '*' };

describe('an answer', () => {
  test.each([
    [{}, [{ kind: 'origin' }]],
    [{ 'access-control-allow-origin': 'https://other.example' }, [{ kind: 'origin' }]],
    [OPEN, []],
    [{ ...OPEN, 'mcp-session-id': '1' }, [{ kind: 'response', names: ['Mcp-Session-Id'] }]],
    [{ ...OPEN, 'mcp-session-id': '1', 'access-control-expose-headers': 'x, MCP-Session-ID' }, []],
    [
      { ...OPEN, 'www-authenticate': 'Bearer', 'access-control-expose-headers': 'Mcp-Session-Id' },
      [{ kind: 'response', names: ['WWW-Authenticate'] }],
    ],
    [{ ...OPEN, 'www-authenticate': 'Bearer', 'access-control-expose-headers': '*' }, []],
  ])('with %j keeps from script: %j', (fields, faults) => {
    expect(faultsOfAnswer(headers(fields), AGENT)).toEqual(faults);
  });
});

describe('a preflight', () => {
  test.each([
    ['content-type', 204, {}, [{ kind: 'origin' }]],
    ['content-type', 404, OPEN, [{ kind: 'preflight', status: 404 }]],
    [
      'authorization,mcp-protocol-version',
      204,
      OPEN,
      [{ kind: 'request', names: ['authorization', 'mcp-protocol-version'] }],
    ],
    [
      'authorization',
      204,
      { ...OPEN, 'access-control-allow-headers': '*' },
      [{ kind: 'request', names: ['authorization'] }],
    ],
    ['authorization,x-a', 204, { ...OPEN, 'access-control-allow-headers': 'Authorization, X-A' }, []],
    [null, 200, OPEN, []],
  ])('for %j, answered %i with %j, stops: %j', (asked, status, fields, faults) => {
    expect(faultsOfPreflight(asked, status, headers(fields as Record<string, string>), AGENT)).toEqual(faults);
  });
});
