import { expect, test } from 'vitest';
import type { InspectedRequest } from '../../messages/inspection.ts';
import { curl } from './curl.ts';

const request = { method: 'GET', presents: 'nothing', mcp: {} } as InspectedRequest;

test('a given key stands in its own header field, and is left out', () => {
  const given = { ...request, url: 'https://mcp.example/', presents: 'given' } as const;
  const field = { header: 'x-api-key', scheme: '' };
  expect(curl({ ...given, field }, 'note')).toContain('-H \'x-api-key: \'"$KEY"');
  expect(curl({ ...given, field: { header: 'authorization', scheme: 'Token' } }, 'note')).toContain(
    `'authorization: Token '"$KEY"`,
  );
});

test('a URL that a page chose is one word, and one request', () => {
  const url = "https://mcp.example/mcp?x=[1-100000]&y='{a,b}";
  expect(curl({ ...request, url }, 'note')).toBe(
    "# note\ncurl --globoff -X 'GET' 'https://mcp.example/mcp?x=[1-100000]&y='\\''{a,b}'",
  );
});
