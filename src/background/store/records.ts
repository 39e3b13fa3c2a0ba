import * as v from 'valibot';
import type { CookieSession } from '../../messages/cookie-session.ts';
import { ATTEMPTS, type DrillReport, OUTCOMES } from '../../messages/drill.ts';
import { ALGORITHMS } from '../../protocol/dpop/algorithm.ts';
import type { Armed, Authorization, KnownServer } from '../../sessions/ports.ts';
import type { DamagedSession, Origin, Session, SessionId, SessionState, Usage } from '../../sessions/session.ts';

/**
 * What is read from storage is looked at before it is trusted: a disk fails, a profile is restored by halves, a person
 * edits. One record that cannot be read is one session's trouble, and nobody else's.
 */
const Text = v.string();
const Time = v.pipe(v.number(), v.finite());
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
const plain = v.looseObject({ ...grant, reason: Text, wanted: optional(v.array(Web)) });
const over = v.looseObject({ ...grant, binding, endedAt: Time });

const SESSIONS = {
  bound: v.looseObject({
    ...grant,
    binding,
    handles: v.looseObject({ access: Text, refresh: optional(Text) }),
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
  proofs: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
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
const ArmedRecord = v.looseObject({ agent: Web, issuer: Url, thumbprint: Text, algorithm: v.picklist(ALGORITHMS) });
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
export const readArmed = (stored: unknown) => (v.is(ArmedRecord, stored) ? (stored as unknown as Armed) : undefined);
export const readAuthorization = (stored: unknown) =>
  v.is(AuthorizationRecord, stored) ? (stored as unknown as Authorization) : undefined;

const Drill = v.looseObject({
  session: Text,
  resource: Url,
  at: Time,
  verdict: v.looseObject({ kind: v.picklist(['enforced', 'notEnforced', 'unclear']) }),
  lines: v.array(v.looseObject({ attempt: v.picklist(ATTEMPTS), outcome: v.picklist(OUTCOMES) })),
});
const CookieSessionRecord = v.looseObject({
  server: Web,
  registeredAt: optional(Time),
  challengedAt: optional(Time),
  algorithms: v.array(Text),
  path: optional(Text),
});

/** What cannot be read of these is gone: a drill can be run again, and a server says again what it binds. */
export const readDrill = (stored: unknown) => (v.is(Drill, stored) ? (stored as unknown as DrillReport) : undefined);
export const readCookieSession = (stored: unknown): CookieSession | undefined =>
  v.is(CookieSessionRecord, stored) ? stored : undefined;
