import { createHash } from 'node:crypto';
import type { ActivityKind } from '../../src/model/activity.ts';
import { type DrillReport, REQUESTS, type Verdict } from '../../src/model/drill.ts';
import { openStorage } from './storage.ts';
import { type Browser, stopWorker } from './world.ts';

type Stored = Record<string, unknown>;
export type Stores = Partial<
  Record<'sessions' | 'usage' | 'drills' | 'activity' | 'cookieSessions', readonly Stored[]>
>;

export interface Many {
  /** Origins; sessions take turns. */
  readonly agents?: readonly string[];
  /** MCP servers; sessions take turns. */
  readonly resources?: readonly string[];
  /** Which states there are; sessions take turns. */
  readonly states?: readonly string[];
  /** When it is now, in milliseconds. */
  readonly at?: number;
}

const AGENTS = ['https://agent.example', 'https://desk.example', 'https://folio.example', 'https://helper.example'];
const RESOURCES = [
  'https://mcp.example/mcp',
  'https://files.example/mcp',
  'https://calendar.example/v1/mcp',
  'https://tickets.example/mcp',
  'https://notes.example/mcp',
  'https://maps.example/mcp',
];
const STATES = [
  ...[
    'bound',
    'bound',
    'bound',
    'exposed',
    'bound',
    'bound',
    'expired',
    'bound',
    'bound',
    'revoked',
    'bound',
    'ownKey',
  ],
  ...['bound', 'keyLost', 'bound', 'refused', 'bound'],
];
const SCOPES = [
  ['files:read', 'files:write'],
  ['notes:read'],
  ['calendar:read', 'calendar:write', 'contacts:read'],
  [],
];
const REASONS = ['no_dpop', 'bearer_answer', 'declined', 'unverified', 'not_ours'];
const MINUTE = 60_000;

/** Sessions that look like real ones, with what was seen of them: the same ones for the same number. */
export function manySessions(count: number, options: Many = {}): Stores {
  const { agents = AGENTS, resources = RESOURCES, states = STATES, at = Date.now() } = options;
  const all = Array.from({ length: count }, (_, index) => {
    const state = turn(states, index);
    const resource = turn(resources, Math.floor(index / agents.length));
    const grant = {
      id: idOf(index),
      agent: turn(agents, index),
      resource,
      issuer: new URL(resource).origin.replace('://', '://auth.'),
      clientId: `client-${index % 7}`,
      scopes: turn(SCOPES, index),
      issuedAt: at - (index + 1) * MINUTE,
      expiresAt: state === 'expired' ? at - 5 * MINUTE : at + (20 + (index % 50)) * MINUTE,
    };
    const servers = [grant.issuer, new URL(resource).origin];
    return { session: { ...grant, state, ...ofState(state, index, at, servers) }, index };
  });
  const proving = all.filter(({ session: { state } }) => state === 'bound' || state === 'expired');
  return {
    sessions: all.map(({ session }) => session),
    usage: proving.map(({ session: { id, resource }, index }) => usageOf(id, resource, index, at)),
    drills: proving
      .filter(({ index }) => index % 3 !== 2)
      .map(({ session: { id, resource }, index }) => ({ ...drillOf(id, resource, index, at) })),
  };
}

/** Lines of an activity log, oldest first. */
export function manyLines(count: number, { sessions = [] }: Stores, at = Date.now()): Stores {
  const kinds: ActivityKind[] = [
    'proved',
    'proved',
    'proved',
    'challenged',
    'proved',
    'refreshed',
    'refused',
    'proved',
  ];
  const lines = Array.from({ length: count }, (_, index) => {
    const session = turn(sessions, index);
    const kind = turn(kinds, index);
    return {
      at: at - (count - index) * 1_000,
      kind,
      agent: String(session.agent),
      session: String(session.id),
      server: new URL(String(kind === 'refreshed' ? session.issuer : session.resource)).origin,
      status: kind === 'challenged' || kind === 'refused' ? 401 : 200,
      ...(kind === 'challenged' && { code: 'use_dpop_nonce' }),
      ...(kind === 'refused' && { code: 'invalid_token' }),
    };
  });
  return { activity: lines.map((line) => ({ ...line })) };
}

/** Writes records as if Holdfast had, and ends its worker: the next one finds them. */
export async function seed(browser: Browser, ...given: readonly Stores[]): Promise<void> {
  // The worker makes the database when it is first used.
  const page = await openStorage(browser);
  await page.goto(`chrome-extension://${browser.id}/src/ui/popup/index.html`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.goto(`chrome-extension://${browser.id}/manifest.json`);
  for (const stores of given) {
    await page.evaluate(async (records) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open('holdfast');
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      const transaction = database.transaction(Object.keys(records), 'readwrite');
      for (const [store, list] of Object.entries(records)) {
        const objectStore = transaction.objectStore(store);
        for (const record of list) objectStore.put(record);
      }
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      database.close();
    }, stores);
  }
  await page.close();
  await stopWorker(browser);
}

/** The key's thumbprint of the session with this number. */
export const thumbprintOf = (index: number): string => digest(`key ${index}`);

const idOf = (index: number): string => `seeded-${index}`;
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

function turn<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length];
  if (found === undefined) throw new Error('nothing to take turns with');
  return found;
}

function ofState(state: string, index: number, at: number, servers: readonly string[]): Stored {
  const binding = {
    thumbprint: thumbprintOf(index),
    algorithm: index % 5 === 4 ? 'Ed25519' : 'ES256',
    codeBound: index % 4 !== 3,
  };
  const handles = { access: `hf_${digest(`access ${index}`)}`, refresh: `hfr_${digest(`refresh ${index}`)}` };
  switch (state) {
    case 'bound':
      return { binding, handles, speaks: 'Bearer' };
    case 'held':
      return { handles: { by: 'holdfast', ...handles }, speaks: 'Bearer' };
    case 'given':
      return {
        ...{ handles: { by: 'holdfast', access: `hfk_${digest(`given ${index}`)}` }, name: 'Search key' },
        ...{ header: 'Authorization', scheme: 'Bearer', issuer: undefined, clientId: undefined, scopes: [] },
        expiresAt: undefined,
      };
    case 'exposed':
    case 'refused': {
      const reason = turn(REASONS, index);
      return { reason, ...(reason === 'declined' && { wanted: servers }) };
    }
    case 'ownKey':
      return {};
    default:
      return { binding, endedAt: at - 4 * MINUTE, ...(state === 'revoked' && { confirmed: index % 2 === 0 }) };
  }
}

function usageOf(session: string, resource: string, index: number, at: number): Stored {
  const minute = Math.floor(at / MINUTE);
  const recent = Array.from({ length: 30 }, (_, ago) => [minute - 29 + ago, (index * 7 + ago * ago * 5) % 11] as const);
  const error = index % 9 === 8 ? 'insufficient_scope' : undefined;
  return {
    session,
    proofs: 40 + ((index * 37) % 900),
    recent: recent.filter(([, proofs]) => proofs > 2),
    last: { at: at - 1_000 * (3 + (index % 50)), status: error ? 403 : 200, ...(error && { error }) },
    proof: {
      at: at - 1_000 * (3 + (index % 50)),
      header: {
        typ: 'dpop+jwt',
        alg: 'ES256',
        jwk: { kty: 'EC', crv: 'P-256', x: digest(`x ${index}`), y: digest('y') },
      },
      claims: {
        jti: digest(`jti ${index}`),
        htm: 'POST',
        htu: resource,
        iat: Math.floor(at / 1_000) - 3,
        ath: digest(`ath ${index}`),
        nonce: digest(`nonce ${index}`).slice(0, 22),
      },
    },
    mcp: { sessionId: digest(`mcp ${index}`).slice(0, 20), protocolVersion: '2025-06-18' },
  };
}

function drillOf(session: string, resource: string, index: number, at: number): DrillReport {
  const isWeak = index % 11 === 10;
  const weak = isWeak ? (['bearer', 'replayed'] as const) : [];
  const verdict: Verdict = isWeak
    ? { kind: 'broken', found: ['bearer'] }
    : index % 13 === 12
      ? { kind: 'unclear', reason: 'rateLimited' }
      : { kind: 'enforced', refused: 14 };
  const lines = REQUESTS.map((attempt) => {
    const isLetIn = attempt.startsWith('control') || (weak as readonly string[]).includes(attempt);
    return isLetIn
      ? ({ attempt, outcome: 'accepted', answer: { status: 200 } } as const)
      : ({ attempt, outcome: 'refused', answer: { status: 401, error: 'invalid_dpop_proof' } } as const);
  });
  const none = { attempt: 'repeatsToken', outcome: 'notRepeated' } as const;
  return { session, resource, at: at - 10 * MINUTE, verdict, lines: [...lines, none] };
}
