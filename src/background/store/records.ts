import * as v from 'valibot';
import { EXPOSED_REASONS } from '../../messages/ui.ts';
import { ACTIVITY_KINDS } from '../../model/activity.ts';
import type { CookieSession } from '../../model/cookie-session.ts';
import { ATTEMPTS, type DrillReport, OUTCOMES, SKIP_REASONS, UNCLEAR_REASONS } from '../../model/drill.ts';
import type { DamagedSession, Origin, Session, SessionId, SessionState, Usage } from '../../model/session.ts';
import { ALGORITHMS } from '../../protocol/dpop/algorithm.ts';
import { readNonce } from '../../protocol/dpop/nonce.ts';
import type { Activity } from '../../sessions/activity.ts';
import type { Armed, Authorization, KnownServer } from '../../sessions/ports.ts';

/**
 * What is read from storage is looked at before it is trusted: a disk fails, a profile is restored by halves, a person
 * edits. One record that cannot be read is one session's trouble, and nobody else's.
 */
const Text = v.string();
/** Milliseconds since the epoch, as far as a `Date` reaches: views write them as dates. */
const Time = v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15));
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Url = v.pipe(
  v.string(),
  v.check((value) => URL.canParse(value)),
);
const Web = v.pipe(
  v.string(),
  v.check((value) => URL.canParse(value) && new URL(value).origin === value && value !== 'null'),
);
const optional = <Schema extends v.GenericSchema>(schema: Schema) => v.optional(schema);

const grant = {
  id: Text,
  agent: Web,
  resource: optional(Url),
  issuer: optional(Url),
  clientId: optional(Text),
  scopes: v.array(Text),
  issuedAt: Time,
  expiresAt: optional(Time),
};
const binding = v.looseObject({ thumbprint: Text, algorithm: v.picklist(ALGORITHMS), codeBound: v.boolean() });
const plain = v.looseObject({ ...grant, reason: v.picklist(EXPOSED_REASONS), wanted: optional(v.array(Web)) });
const over = v.looseObject({ ...grant, binding, endedAt: Time });

const SESSIONS = {
  bound: v.looseObject({
    ...grant,
    tokenEndpoint: optional(Url),
    binding,
    handles: v.looseObject({ access: Text, refresh: optional(Text) }),
    reach: optional(v.array(Url)),
    speaks: v.picklist(['Bearer', 'DPoP']),
  }),
  exposed: plain,
  refused: plain,
  expired: over,
  keyLost: over,
  revoked: over,
  ownKey: v.looseObject(grant),
  damaged: v.looseObject(grant),
} satisfies Record<SessionState, v.GenericSchema>;

/** A stored session; `damaged` when only its owner can still be read, undefined when not even that. */
export function readSession(stored: unknown): Session | undefined {
  const state = v.safeParse(v.looseObject({ state: v.picklist(Object.keys(SESSIONS) as SessionState[]) }), stored);
  if (state.success && v.is(SESSIONS[state.output.state], stored)) return stored as unknown as Session;
  const salvaged = v.safeParse(Salvage, stored);
  return salvaged.success ? { ...salvaged.output, state: 'damaged' } : undefined;
}

const Salvage = v.pipe(
  v.object({
    id: Text,
    agent: Web,
    resource: v.fallback(optional(Url), undefined),
    issuer: v.fallback(optional(Url), undefined),
    clientId: v.fallback(optional(Text), undefined),
    issuedAt: v.fallback(Time, 0),
  }),
  v.transform(
    ({ id, agent, resource, issuer, clientId, issuedAt }): Omit<DamagedSession, 'state'> => ({
      id: id as SessionId,
      agent: agent as Origin,
      resource,
      issuer,
      clientId,
      scopes: [],
      issuedAt,
      expiresAt: undefined,
    }),
  ),
);

const Counts = v.object({
  proofs: Count,
  last: optional(v.object({ at: Time, status: v.number(), error: optional(Text) })),
  demandsNonce: v.fallback(optional(v.literal(true)), undefined),
  recent: v.fallback(v.array(v.tuple([Time, v.number()])), []),
  proof: v.fallback(
    optional(v.object({ at: Time, header: v.record(Text, v.unknown()), claims: v.record(Text, v.unknown()) })),
    undefined,
  ),
  mcp: v.fallback(optional(v.object({ sessionId: optional(Text), protocolVersion: optional(Text) })), undefined),
});

/** Counts; none when they cannot be read. */
export function readUsage(stored: unknown): Usage | undefined {
  const result = v.safeParse(Counts, stored);
  if (!result.success) return undefined;
  const { proofs, recent, last, demandsNonce, proof, mcp } = result.output;
  return {
    proofs,
    recent,
    ...(last && { last }),
    ...(demandsNonce && { demandsNonce }),
    ...(proof && { proof }),
    ...(mcp && { mcp }),
  };
}

const Server = v.looseObject({
  issuer: Url,
  tokenEndpoint: Url,
  authorizationEndpoint: optional(Url),
  revocationEndpoint: optional(Url),
  introspectionEndpoint: optional(Url),
  pushedAuthorizationRequestEndpoint: optional(Url),
  dpopSigningAlgorithms: v.array(Text),
  metadataUrl: Url,
  checkedAt: Time,
});
const ArmedRecord = v.looseObject({
  agent: Web,
  issuer: Url,
  thumbprint: Text,
  algorithm: v.picklist(ALGORITHMS),
  signIns: v.fallback(v.object({ resources: v.array(Web), clients: v.array(Text) }), { resources: [], clients: [] }),
  expectedAt: v.fallback(optional(Time), undefined),
});
const AuthorizationRecord = v.looseObject({
  codeChallenge: Text,
  agent: Web,
  issuer: Url,
  thumbprint: Text,
  clientId: optional(Text),
  resource: optional(Text),
  scope: optional(Text),
  at: Time,
  session: optional(Text),
});

/** What cannot be read of these is as good as not there: it is fetched, made or asked for again. */
export const readServer = (stored: unknown) => (v.is(Server, stored) ? (stored as unknown as KnownServer) : undefined);
export function readArmed(stored: unknown): Armed | undefined {
  const result = v.safeParse(ArmedRecord, stored);
  return result.success ? (result.output as unknown as Armed) : undefined;
}
export const readAuthorization = (stored: unknown) =>
  v.is(AuthorizationRecord, stored) ? (stored as unknown as Authorization) : undefined;

/** What a server said last: a nonce, or that it offers no DPoP. */
const RememberedRecord = v.variant('kind', [
  v.object({
    kind: v.literal('nonce'),
    name: Text,
    value: v.pipe(
      Text,
      v.check((nonce) => readNonce(nonce) === nonce),
    ),
    at: Time,
  }),
  v.object({ kind: v.literal('plain'), name: Text, value: Text, at: Time }),
  v.object({ kind: v.literal('scheme'), name: Text, value: Text, at: Time }),
]);
export type Remembered = v.InferOutput<typeof RememberedRecord>;

/** What cannot be read of it is forgotten: the server says it again. */
export function readRemembered(stored: unknown): Remembered | undefined {
  return v.is(RememberedRecord, stored) ? stored : undefined;
}

const Drill = v.looseObject({
  session: Text,
  resource: Url,
  at: Time,
  verdict: v.variant('kind', [
    v.looseObject({ kind: v.literal('enforced'), refused: Count }),
    v.looseObject({ kind: v.literal('notEnforced'), accepted: v.array(v.picklist(ATTEMPTS)), tried: Count }),
    v.looseObject({ kind: v.literal('unclear'), reason: v.picklist(UNCLEAR_REASONS) }),
  ]),
  lines: v.array(
    v.looseObject({
      attempt: v.picklist(ATTEMPTS),
      outcome: v.picklist(OUTCOMES),
      answer: v.exactOptional(
        v.looseObject({ status: v.number(), error: optional(Text), description: optional(Text) }),
      ),
      skipped: v.exactOptional(v.picklist(SKIP_REASONS)),
    }),
  ),
});
const ActivityRecord = v.looseObject({
  at: Time,
  kind: v.picklist(ACTIVITY_KINDS),
  agent: optional(Web),
  session: optional(Text),
  server: optional(Url),
  status: optional(v.number()),
  code: optional(Text),
});
const CookieSessionRecord = v.looseObject({
  server: Web,
  registeredAt: optional(Time),
  challengedAt: optional(Time),
  algorithms: v.array(Text),
  path: optional(Text),
});

/** What cannot be read of these is gone: a drill can be run again, and a server says again what it binds. */
export const readDrill = (stored: unknown): DrillReport | undefined => (v.is(Drill, stored) ? stored : undefined);
export const readActivity = (stored: unknown) =>
  v.is(ActivityRecord, stored) ? (stored as unknown as Activity) : undefined;
export const readCookieSession = (stored: unknown): CookieSession | undefined =>
  v.is(CookieSessionRecord, stored) ? stored : undefined;
