import * as v from 'valibot';
import { Binding } from './binding.ts';
import { list, Time, Url } from './fields.ts';
import {
  type AccessHandle,
  type GivenHandle,
  isAccessHandle,
  isGivenHandle,
  isRefreshHandle,
  type RefreshHandle,
  type TokenDigest,
} from './handle.ts';
import { Origin } from './origin.ts';
import { Issuer, Resource } from './server.ts';

export const SessionId = v.pipe(v.string(), v.brand('SessionId'));
export type SessionId = v.InferOutput<typeof SessionId>;

/** The id of a new session. @param random as `Ports.random` */
export const newSessionId = (random: () => string): SessionId => random() as SessionId;

/** One grant: agent × resource × client. Times are milliseconds since the epoch. */
const grant = {
  id: SessionId,
  agent: Origin,
  /** The canonical URI of the MCP server; undefined until the first use, if the token request did not name it. */
  resource: v.optional(Resource),
  issuer: v.optional(Issuer),
  clientId: v.optional(v.string()),
  scopes: list(v.string()),
  issuedAt: Time,
  /** When the current access token expires, if the server said so. */
  expiresAt: v.optional(Time),
  /** Whose it is by the word of its authorization server. It is shown, and nothing rests on it. */
  account: v.exactOptional(v.string()),
};

/** Holdfast keeps the tokens: the page has handles. */
const HoldfastHandles = v.object({
  by: v.literal('holdfast'),
  access: v.custom<AccessHandle>((value) => typeof value === 'string' && isAccessHandle(value)),
  refresh: v.optional(v.custom<RefreshHandle>((value) => typeof value === 'string' && isRefreshHandle(value))),
});
export type HoldfastHandles = Readonly<v.InferOutput<typeof HoldfastHandles>>;

/** What the page of a live session presents, by which its requests are known. */
export const Handles = v.variant('by', [
  HoldfastHandles,
  /** Without custody the page holds the real tokens, and they are known by their digests: RFC 9449 binds them all the same. */
  v.object({
    by: v.literal('page'),
    access: v.custom<TokenDigest>((value) => typeof value === 'string'),
    refresh: v.optional(v.custom<TokenDigest>((value) => typeof value === 'string')),
  }),
]);
export type Handles = Readonly<v.InferOutput<typeof Handles>>;

/** What there is of a session whose tokens Holdfast works with. */
const live = {
  ...grant,
  /** Where its tokens were issued, and last refreshed; a session of before this was kept has none. */
  tokenEndpoint: v.optional(Url),
  handles: v.pipe(Handles, v.readonly()),
  /** Addresses on the resource's origin, without queries, that its server takes its clients to. */
  reach: v.exactOptional(list(Url)),
  /** Addresses on the resource's origin, without queries, that the person lets its agent use it at, and what is below them. */
  further: v.exactOptional(list(Url)),
  /** What the person calls it, to tell it from others. */
  nickname: v.exactOptional(v.string()),
  /** The person wants it ended when a request that its agent has not asked for takes its token along. */
  endsUnasked: v.exactOptional(v.literal(true)),
};

export const BoundSession = v.pipe(
  v.object({
    ...live,
    state: v.literal('bound'),
    binding: Binding,
    /** How the page's client presents itself: as it asked, it is answered. */
    speaks: v.picklist(['Bearer', 'DPoP']),
    /** The key is not used for a new token any more: the next refresh is a new sign-in, with a new key. */
    retiring: v.exactOptional(v.literal(true)),
  }),
  v.readonly(),
);
export type BoundSession = v.InferOutput<typeof BoundSession>;

/** Why a sign-in has no key, though its server or its resource speaks of DPoP. */
export const UNBOUND_REASONS = [
  /** The site's policy allows none of the algorithms that the servers take. */
  'policy_algorithms',
  /** The authorization server, the resource and Holdfast have no algorithm in common. */
  'no_algorithm',
  /** The resource demands bound tokens (RFC 9728 §2), and its authorization server offers none (RFC 9449 §5.1). */
  'contradiction',
] as const;
export type UnboundReason = (typeof UNBOUND_REASONS)[number];

/**
 * Its tokens are plain bearer tokens that Holdfast keeps: script of the page cannot read them. They are bound to nothing, and
 * whoever gets one elsewhere can use it.
 */
export const HeldSession = v.pipe(
  v.object({
    ...live,
    state: v.literal('held'),
    /** Why it is not bound, where that is more than a server that knows no DPoP. */
    reason: v.exactOptional(v.picklist(UNBOUND_REASONS)),
    handles: v.pipe(HoldfastHandles, v.readonly()),
    speaks: v.literal('Bearer'),
  }),
  v.readonly(),
);
export type HeldSession = v.InferOutput<typeof HeldSession>;

/**
 * A key that a person gave to Holdfast for one agent and one server, in the place of an access token. It is bound to nothing: whoever
 * has it elsewhere can use it, and its server knows nothing of Holdfast.
 */
export const GivenSession = v.pipe(
  v.object({
    ...live,
    state: v.literal('given'),
    /** What the person has said: this address, and what is below it. */
    resource: Resource,
    handles: v.pipe(
      v.object({
        by: v.literal('holdfast'),
        access: v.custom<GivenHandle>((value) => typeof value === 'string' && isGivenHandle(value)),
        refresh: v.optional(v.undefined()),
      }),
      v.readonly(),
    ),
    /** What the person calls it. */
    name: v.string(),
    /** The header field that it stands in, as the person writes it, and the scheme before it; empty where it stands alone. */
    header: v.string(),
    scheme: v.string(),
  }),
  v.readonly(),
);
export type GivenSession = v.InferOutput<typeof GivenSession>;

/** A session whose tokens Holdfast works with. */
export type LiveSession = BoundSession | HeldSession | GivenSession;

/** The header field that a session's token stands in, in small letters. */
export const headerOf = (session: LiveSession): string =>
  session.state === 'given' ? session.header.toLowerCase() : 'authorization';

export const isLive = (session: Session): session is LiveSession =>
  session.state === 'bound' || session.state === 'held' || session.state === 'given';

/** Why a page holds a plain bearer token that its script can read. */
export const EXPOSED_REASONS = [
  /** The server's metadata says nothing of DPoP. */
  'no_dpop',
  ...UNBOUND_REASONS,
  /** The server was given a proof and answered with a bearer token. */
  'bearer_answer',
  /** The person declined access to the servers. */
  'declined',
  /** Nobody answered the question for access to the servers in time. */
  'unanswered',
  /** Several servers say that the token endpoint is theirs, and none of them is at its origin. */
  'disputed',
  /** The server's metadata could not be had, or is not what RFC 8414 demands. */
  'unverified',
  /** They name another issuer than their address (RFC 8414 §3.3), and nothing else is wrong with them. */
  'issuer_mismatch',
  /** A bearer token was used that did not come through Holdfast, for example one from before the site was protected. */
  'not_ours',
  /** The agent presents a key or a token that no sign-in has brought: a person typed it, perhaps. */
  'typed',
  /** A sign-in that names no resource, and that no document set out to for MCP: the site's own, as far as can be told. */
  'own_login',
  /** The site's policy does not allow the server. */
  'not_allowed',
  /** Holdfast would hold it, but the person lets the page hold its tokens for this resource. */
  'handed_over',
] as const;
export type ExposedReason = (typeof EXPOSED_REASONS)[number];

export const ExposedSession = v.pipe(
  v.object({
    ...grant,
    state: v.literal('exposed'),
    reason: v.picklist(EXPOSED_REASONS),
    /** The servers that Holdfast was not allowed, where that is the reason: all that the question named. */
    wanted: v.optional(list(Origin)),
  }),
  v.readonly(),
);
export type ExposedSession = v.InferOutput<typeof ExposedSession>;

/** What would have been exposed: the site's policy refuses bearer tokens, and the page did not get one. */
export const RefusedSession = v.pipe(
  v.object({ ...grant, state: v.literal('refused'), reason: v.picklist(EXPOSED_REASONS) }),
  v.readonly(),
);
export type RefusedSession = v.InferOutput<typeof RefusedSession>;

/** A page that Holdfast does not bind, and that has a DPoP key of its own. */
export const OwnKeySession = v.pipe(v.object({ ...grant, state: v.literal('ownKey') }), v.readonly());
export type OwnKeySession = v.InferOutput<typeof OwnKeySession>;

/** What it was bound to stays known; one that was held was bound to nothing. */
const over = {
  ...grant,
  binding: v.optional(Binding),
  /** Of a given key: what the person called it. */
  name: v.exactOptional(v.string()),
  nickname: v.exactOptional(v.string()),
  endedAt: Time,
};

/** A session whose tokens are gone. Its handles are dead. */
export const EndedSession = v.variant('state', [
  v.object({ ...over, state: v.literal('expired') }),
  v.object({ ...over, state: v.literal('keyLost') }),
  v.object({
    ...over,
    state: v.literal('revoked'),
    /** Whether the authorization server confirmed it (RFC 7009), or Holdfast only forgot the tokens. */
    confirmed: v.optional(v.boolean()),
    /** The server took the refresh token back, and not the access token. */
    accessLeft: v.exactOptional(v.boolean()),
    /** Not the person did it: a request that its agent had not asked for took the token along, and they had chosen that. */
    because: v.exactOptional(v.literal('unasked')),
  }),
]);
export type EndedSession = Readonly<v.InferOutput<typeof EndedSession>>;

/** A session whose stored record cannot be read: what is left says whose it was. Its handles are dead. */
export const DamagedSession = v.pipe(v.object({ ...grant, state: v.literal('damaged') }), v.readonly());
export type DamagedSession = v.InferOutput<typeof DamagedSession>;

export const Session = v.variant('state', [
  BoundSession,
  HeldSession,
  GivenSession,
  ExposedSession,
  RefusedSession,
  OwnKeySession,
  EndedSession,
  DamagedSession,
]);
export type Session = LiveSession | ExposedSession | RefusedSession | OwnKeySession | EndedSession | DamagedSession;
export type SessionState = Session['state'];

/** A session whose token a page holds by itself, or was kept from it: Holdfast never had it. */
export type UnboundSession = ExposedSession | RefusedSession | OwnKeySession;

export const isUnbound = (session: Session): session is UnboundSession =>
  session.state === 'exposed' || session.state === 'refused' || session.state === 'ownKey';

/** Why a live session has ended. */
export type Ending =
  | { readonly state: 'expired' | 'keyLost' }
  /** `confirmed`: by the authorization server. */
  | {
      readonly state: 'revoked';
      readonly confirmed: boolean;
      readonly accessLeft?: boolean;
      readonly because?: 'unasked';
    };

/** The session after its tokens are gone. Its handles go with them. @param at milliseconds since the epoch */
export function ended(session: LiveSession, ending: Ending, at: number): EndedSession {
  const { id, agent, resource, issuer, clientId, scopes, issuedAt, expiresAt } = session;
  const binding = session.state === 'bound' ? session.binding : undefined;
  const name = session.state === 'given' && { name: session.name };
  const { account, nickname } = session;
  return {
    id,
    agent,
    resource,
    issuer,
    clientId,
    scopes,
    issuedAt,
    expiresAt,
    binding,
    ...name,
    ...(account !== undefined && { account }),
    ...(nickname !== undefined && { nickname }),
    endedAt: at,
    ...ending,
  };
}

/** The held session whose tokens are the page's from now on. */
export function handedOver(session: HeldSession): ExposedSession {
  const { id, agent, resource, issuer, clientId, scopes, issuedAt, expiresAt, account } = session;
  return {
    ...{ id, agent, resource, issuer, clientId, scopes, issuedAt, expiresAt },
    ...(account !== undefined && { account }),
    ...{ state: 'exposed', reason: 'handed_over' },
  };
}

const Salvage = v.object({
  id: SessionId,
  agent: Origin,
  resource: v.fallback(v.optional(Resource), undefined),
  issuer: v.fallback(v.optional(Issuer), undefined),
  clientId: v.fallback(v.optional(v.string()), undefined),
  issuedAt: v.fallback(Time, 0),
});

/** What can still be read of a session's record that is damaged; undefined where not even its owner can. */
export function salvage(stored: unknown): DamagedSession | undefined {
  const left = v.safeParse(Salvage, stored);
  return left.success ? { ...left.output, scopes: [], expiresAt: undefined, state: 'damaged' } : undefined;
}
