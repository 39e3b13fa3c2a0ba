import { describe, expect, it } from 'vitest';
import type { SessionView } from '../../messages/ui.ts';
import { matching } from './search.ts';

const session = (id: string, more: Partial<SessionView>): SessionView => ({
  ...{ id, agent: 'https://agent.example', resource: 'https://mcp.example/mcp', issuer: undefined },
  ...{ clientId: undefined, scopes: [], issuedAt: 0, expiresAt: undefined, proofs: 0, recent: [] },
  ...more,
  state: 'bound',
  binding: { thumbprint: `thumb-${id}`, algorithm: 'ES256', codeBound: true },
  ...{ refreshable: true, retiring: false, inPage: false, asBearer: false, isUnsaved: false },
});

const sessions = [
  session('a', { scopes: ['files:read'] }),
  session('b', { agent: 'https://desk.example' }),
  session('c', { resource: undefined }),
];
const found = (wanted: string) => matching(sessions, wanted).map(({ id }) => id);

describe('the search for sessions', () => {
  it('finds an agent, a server, a scope and a thumbprint, in any case', () => {
    expect(found('DESK')).toEqual(['b']);
    expect(found('mcp.example/mcp')).toEqual(['a', 'b']);
    expect(found('files:')).toEqual(['a']);
    expect(found('thumb-c')).toEqual(['c']);
  });

  it('wants every word, wherever it stands', () => {
    expect(found('files agent')).toEqual(['a']);
    expect(found('files desk')).toEqual([]);
  });

  it('leaves all of them when nothing is looked for', () => {
    expect(found('  ')).toEqual(['a', 'b', 'c']);
  });
});
