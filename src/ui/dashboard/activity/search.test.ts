import { expect, it } from 'vitest';
import type { ActivityLine } from '../../../model/activity.ts';
import { search, valuesOf } from './search.ts';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;
const a = 'https://a.example';
const b = 'https://b.example';
const LINES: ActivityLine[] = [
  { at: NOW - 200 * HOUR, kind: 'exchanged', agent: a, session: '1', server: 'https://as.example' },
  { at: NOW - 2 * HOUR, kind: 'proved', agent: a, session: '1', server: 'https://mcp.example', status: 200 },
  {
    at: NOW - HOUR,
    kind: 'refused',
    agent: b,
    session: '2',
    server: 'https://mcp.example',
    status: 401,
    code: 'invalid_token',
  },
  { at: NOW, kind: 'failed', code: 'storage_full' },
];

it.each([
  [{}, [3, 2, 1, 0]],
  [{ kind: 'proved' }, [1]],
  [{ agent: a }, [1, 0]],
  [{ session: '2' }, [2]],
  [{ server: 'https://mcp.example' }, [2, 1]],
  [{ period: 'hour' }, [3, 2]],
  [{ period: 'day' }, [3, 2, 1]],
  [{ period: 'week' }, [3, 2, 1]],
  [{ text: ' Invalid_Token  401 ' }, [2]],
  [{ text: 'storage' }, [3]],
  [{ text: 'it was refused' }, [2]],
  [{ text: 'nothing' }, []],
  [{ agent: a, text: '200' }, [1]],
] as const)('%j finds lines, the newest first', (query, found) => {
  expect(search(LINES, { text: '', ...query }, NOW, ({ kind }) => `it was ${kind}`)).toEqual(
    found.map((index) => LINES[index]),
  );
});

it('knows the agents and servers that there are', () => {
  expect(valuesOf(LINES, 'agent')).toEqual([a, b]);
  expect(valuesOf(LINES, 'server')).toEqual(['https://as.example', 'https://mcp.example']);
});
