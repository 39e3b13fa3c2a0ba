import { describe, expect, it } from 'vitest';
import type { SessionView } from '../../../messages/ui.ts';
import { COLUMNS, EVERY_SESSION } from '../address/list-query.ts';
import { rowOf } from './row.ts';
import { groupsOf, select, statesOf } from './select.ts';

const NOW = 1_000_000;
const binding = { thumbprint: 'k'.repeat(43), algorithm: 'ES256', codeBound: true } as const;
const common = {
  issuer: 'https://as.example',
  clientId: 'c',
  scopes: ['notes:read'],
  issuedAt: 1,
  proofs: 0,
  recent: [],
};
const bound = {
  ...common,
  state: 'bound',
  binding,
  refreshable: true,
  retiring: false,
  inPage: false,
  asBearer: false,
  isUnsaved: false,
} as const;

const SESSIONS: SessionView[] = [
  { ...bound, id: '1', agent: 'https://b.example', resource: 'https://mcp10.example/mcp', expiresAt: 3, proofs: 7 },
  {
    ...{ ...common, id: '2', state: 'exposed', reason: 'no_dpop', wanted: [], agent: 'https://a.example' },
    ...{ resource: 'https://mcp9.example/', expiresAt: undefined, last: { at: 5, status: 200 } },
  },
  {
    ...{ ...bound, id: '3', agent: 'https://a.example', resource: undefined, expiresAt: 9, proofs: 70 },
    enforcement: { at: 1, verdict: { kind: 'broken', found: ['bearer'] } },
  },
  {
    ...bound,
    id: '4',
    agent: 'https://a.example',
    resource: 'https://mcp9.example/',
    expiresAt: 4,
    refreshable: false,
  },
];
const rows = SESSIONS.map((session) => rowOf(session, NOW, false));
const ids = (found: readonly { session: SessionView }[]) => found.map(({ session }) => session.id).join('');

describe('the list of sessions', () => {
  it('shows all of them, in the order in which they are given', () => {
    expect(ids(select(rows, EVERY_SESSION))).toBe('1234');
  });

  it.each([
    [{ group: 'https://a.example' }, '234'],
    [{ by: 'resource', group: 'https://mcp9.example/' }, '24'],
    [{ by: 'resource', group: '' }, '3'],
    [{ state: 'exposed' }, '2'],
    [{ state: 'expired' }, '4'],
    [{ enforcement: 'broken' }, '3'],
    [{ enforcement: 'notTested', group: 'https://a.example' }, '24'],
    [{ text: 'MCP9 a.example' }, '24'],
    [{ text: 'notes:read' }, '1234'],
    [{ text: 'nothing' }, ''],
  ] as const)('is limited by %j', (query, found) => {
    expect(ids(select(rows, { ...EVERY_SESSION, ...query }))).toBe(found);
  });

  it.each([
    ['agent', '2341'],
    ['resource', '3241'],
    ['state', '2134'],
    ['enforcement', '3124'],
    ['expires', '1432'],
    ['proofs', '2413'],
    ['used', '1342'],
  ] as const)('is sorted by %s: numbers by their size, what is not there at an end', (sort, order) => {
    expect(ids(select(rows, { ...EVERY_SESSION, sort }))).toBe(order);
  });

  it.each(COLUMNS)('is sorted by %s the other way round too, and leaves what it was given as it is', (sort) => {
    const up = select(rows, { ...EVERY_SESSION, sort });
    const down = select(rows, { ...EVERY_SESSION, sort, isDescending: true });
    expect(new Set(ids(down))).toEqual(new Set(ids(up)));
    if (sort === 'expires') expect(ids(down)).toBe('2341');
    expect(ids(rows)).toBe('1234');
  });

  it('counts the states that there are, whichever is chosen', () => {
    expect(statesOf(rows, { ...EVERY_SESSION, state: 'bound' })).toEqual([
      ['exposed', 1],
      ['bound', 2],
      ['expired', 1],
    ]);
    expect(statesOf(rows, { ...EVERY_SESSION, group: 'https://b.example', state: 'revoked' })).toEqual([
      ['bound', 1],
      ['revoked', 0],
    ]);
  });

  it('shows a bound session as locked while the vault is', () => {
    expect(SESSIONS.map((session) => rowOf(session, NOW, true).state)).toEqual([
      'locked',
      'exposed',
      'locked',
      'expired',
    ]);
  });
});

describe('its groups', () => {
  it('are every agent by name, with how many sessions, and how many that somebody has to look at', () => {
    expect(groupsOf(rows, 'agent')).toEqual([
      { value: 'https://a.example', name: 'a.example', count: 3, worrying: 2 },
      { value: 'https://b.example', name: 'b.example', count: 1, worrying: 0 },
    ]);
  });

  it('are every resource, numbers by their size', () => {
    expect(groupsOf(rows, 'resource').map(({ name, count }) => [name, count])).toEqual([
      ['', 1],
      ['mcp9.example', 2],
      ['mcp10.example/mcp', 1],
    ]);
  });
});
