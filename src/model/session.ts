import type { ExposedReason } from '../messages/ui.ts';
import type { Algorithm } from '../protocol/dpop/algorithm.ts';
import type { Thumbprint } from '../protocol/dpop/key.ts';
import type { McpHeaders } from '../protocol/mcp/headers.ts';
import type { AccessHandle, RefreshHandle } from './handle.ts';
import type { ProofView } from './proof-view.ts';

export type SessionId = string & { readonly __brand: 'SessionId' };

/** A web origin in its serialized form, `https://agent.example`. */
export type Origin = string & { readonly __brand: 'Origin' };

/** One grant: agent × resource × client (DESIGN §1). Times are milliseconds since the epoch. */
interface Grant {
  readonly id: SessionId;
  readonly agent: Origin;
  /** The canonical URI of the MCP server; undefined until the first use, if the token request did not name it. */
  readonly resource: string | undefined;
  readonly issuer: string | undefined;
  readonly clientId: string | undefined;
  readonly scopes: readonly string[];
  readonly issuedAt: number;
  /** When the current access token expires, if the server said so. */
  readonly expiresAt: number | undefined;
}

/** What was seen on the wire of one session. */
export interface Usage {
  /** Requests that left with a proof and the bound token. */
  readonly proofs: number;
  /** The last answer: when, its HTTP status, and the `error` of its challenge. */
  readonly last?: { readonly at: number; readonly status: number; readonly error?: string | undefined };
  /** The server has asked for a nonce (RFC 9449 §9). */
  readonly demandsNonce?: true;
  /** Requests with a proof in each of the latest minutes, oldest first: minutes since the epoch, and how many. */
  readonly recent: readonly (readonly [minute: number, count: number])[];
  /** The last proof that left. */
  readonly proof?: ProofView;
  /** What the last request said of its MCP session (`Mcp-Session-Id`, `MCP-Protocol-Version`). */
  readonly mcp?: McpHeaders;
}

/** The key that a session's tokens are bound to. */
export interface Binding {
  readonly thumbprint: Thumbprint;
  readonly algorithm: Algorithm;
  /** Whether the authorization request carried `dpop_jkt`, so that the code too was worthless to others (RFC 9449 §10). */
  readonly codeBound: boolean;
}

export interface BoundSession extends Grant {
  readonly state: 'bound';
  /** Where its tokens were issued, and last refreshed; a session of before this was kept has none. */
  readonly tokenEndpoint?: string | undefined;
  readonly binding: Binding;
  readonly handles: { readonly access: AccessHandle; readonly refresh?: RefreshHandle };
  /** Without custody the page holds the real tokens, and the handles here are their digests: RFC 9449 binds them all the same. */
  readonly inPage?: true;
  /** Addresses on the resource's origin, without queries, that its server takes its clients to. */
  readonly reach?: readonly string[];
  /** How the page's client presents itself: as it asked, it is answered. */
  readonly speaks: 'Bearer' | 'DPoP';
  /** The key is not used for a new token any more: the next refresh is a new sign-in, with a new key. */
  readonly retiring?: true;
}

export interface ExposedSession extends Grant {
  readonly state: 'exposed';
  readonly reason: ExposedReason;
  /** The servers that Holdfast was not allowed, where that is the reason: all that the question named. */
  readonly wanted?: readonly string[] | undefined;
}

/** What would have been exposed: the site's policy refuses bearer tokens, and the page did not get one. */
export interface RefusedSession extends Grant {
  readonly state: 'refused';
  readonly reason: ExposedReason;
}

/** A page that Holdfast does not bind, and that has a DPoP key of its own. */
export interface OwnKeySession extends Grant {
  readonly state: 'ownKey';
}

/** A session whose tokens are gone. Its handles are dead. */
export interface EndedSession extends Grant {
  readonly state: 'expired' | 'keyLost' | 'revoked';
  readonly binding: Binding;
  readonly endedAt: number;
  /** For a revoked session: whether the authorization server confirmed it (RFC 7009), or Holdfast only forgot the tokens. */
  readonly confirmed?: boolean;
}

/** A session whose stored record cannot be read: what is left says whose it was. Its handles are dead. */
export interface DamagedSession extends Grant {
  readonly state: 'damaged';
}

export type Session = BoundSession | ExposedSession | RefusedSession | OwnKeySession | EndedSession | DamagedSession;
export type SessionState = Session['state'];

/** A session whose token a page holds by itself, or was kept from it: Holdfast never bound it. */
export type UnboundSession = ExposedSession | RefusedSession | OwnKeySession;

export const isUnbound = (session: Session): session is UnboundSession =>
  session.state === 'exposed' || session.state === 'refused' || session.state === 'ownKey';

/** The real tokens of a bound session: never in a message to a page, never in a log. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
}

/** The session after its tokens are gone. Its handles go with them. */
export function ended(
  session: BoundSession | EndedSession,
  state: EndedSession['state'],
  now: number,
  confirmed?: boolean,
): EndedSession {
  const { id, agent, resource, issuer, clientId, scopes, issuedAt, expiresAt, binding } = session;
  const grant = { id, agent, resource, issuer, clientId, scopes, issuedAt, expiresAt, binding };
  return { ...grant, state, endedAt: now, ...(confirmed !== undefined && { confirmed }) };
}
