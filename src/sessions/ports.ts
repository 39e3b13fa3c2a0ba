import type { AskPurpose } from '../messages/ui.ts';
import type { Activity } from '../model/activity.ts';
import type { Destination } from '../model/destination.ts';
import type { Drill } from '../model/drill.ts';
import type { Handle, TokenDigest } from '../model/handle.ts';
import type { Origin } from '../model/origin.ts';
import type { Policy } from '../model/policy.ts';
import type { ProofView } from '../model/proof-view.ts';
import type { Scheme } from '../model/scheme.ts';
import type { Issuer, KnownServer } from '../model/server.ts';
import type { LiveSession, Session, SessionId } from '../model/session.ts';
import type { Armed, Authorization, SignIns } from '../model/sign-in.ts';
import type { AccessToken, Tokens } from '../model/tokens.ts';
import type { Unreached, Usage } from '../model/usage.ts';
import type { Algorithm } from '../protocol/dpop/algorithm.ts';
import type { ProofKey, Thumbprint } from '../protocol/dpop/key.ts';
import type { McpHeaders } from '../protocol/mcp/headers.ts';
import type { PresentationSlot } from './slots/presentation-slot.ts';

/** Who asks, as the browser says it (`port.sender`). */
export interface Caller {
  readonly agent: Origin;
  readonly tab: number;
  /** When its document came, in milliseconds since the epoch. */
  readonly since: number;
  /** Protected resources whose metadata this document read: which servers it is about to sign in for. */
  readonly resources: Set<string>;
}

/** Keys, kept so that a write is durable when it resolves. */
export interface KeyStore {
  create(algorithm: Algorithm): Promise<ProofKey>;
  get(thumbprint: Thumbprint): Promise<ProofKey | undefined>;
  remove(thumbprint: Thumbprint): Promise<void>;
  list(): Promise<Thumbprint[]>;
}

export interface SessionStore {
  get(id: SessionId): Promise<Session | undefined>;
  byHandle(handle: Handle | TokenDigest): Promise<Session | undefined>;
  list(): Promise<Session[]>;
  /** One transaction: the session and, where given, its tokens and the authorization that it came from. Durable. */
  save(session: Session, tokens?: Tokens, codeChallenge?: string): Promise<void>;
  /** Keeps in memory what `save` could not write; it is written when it is used, as soon as that can be done. */
  keepUnsaved(session: Session, tokens: Tokens): void;
  /** Whether the newest tokens of a session are in memory only. */
  isUnsaved(id: SessionId): boolean;
  /** Undefined when there are none, or when they cannot be read any more. @throws HoldfastError `locked` */
  tokens(id: SessionId): Promise<Tokens | undefined>;
  remove(id: SessionId): Promise<void>;
  /** The access token that the present one has replaced, and when that expires; in memory only, and not for ever. */
  replaced(id: SessionId): { readonly accessToken: AccessToken; readonly expiresAt: number | undefined } | undefined;
  /** Keeps no tokens in memory but those that could not be written; the others are read again when they are needed. */
  forgetTokens(): void;
}

/** Counts and results, kept apart from the sessions because they change with every request. */
export interface UsageStore {
  /** Reads the usage of all sessions at once, for a caller that needs every one. */
  readAhead(): Promise<void>;
  get(id: SessionId): Promise<Usage>;
  /** One more request has left with the token, and said this of MCP; with this proof, where its resource takes one. */
  sent(id: SessionId, proof: ProofView | undefined, mcp: McpHeaders): void;
  /** @param server that answered, by its origin */
  answered(id: SessionId, last: NonNullable<Usage['last']>, server: string): void;
  /** A server has refused a proof in which Holdfast finds nothing wrong. */
  proofRefused(id: SessionId, server: string): void;
  /** Its server has asked for a nonce. */
  demandsNonce(id: SessionId): void;
  /** Its authorization server was asked for a new token. @param isServed whether it did answer that, with one or without */
  refreshed(id: SessionId, isServed: boolean, server: string): void;
  /** Its server has repeated the token. */
  repeatsToken(id: SessionId): void;
  /** A request that its agent had not asked for left with its token. */
  leftUnasked(id: SessionId): void;
  /** Its agent has sent its handle to a place beside its servers. */
  passedOn(id: SessionId, to: Origin): void;
  /** Its handle has left from there; until the next request with a token. */
  unreached(id: SessionId, from: Unreached): void;
}

/** The last enforcement drill of each session. */
export interface DrillStore {
  get(id: SessionId): Promise<Drill | undefined>;
  /** Shows a report that is not complete yet. */
  show(report: Drill): Promise<void>;
  save(report: Drill): Promise<void>;
  remove(id: SessionId): Promise<void>;
}

/** Authorization servers as each agent came to know them: what one agent has discovered says nothing to another. */
export interface ServerStore {
  get(agent: Origin, issuer: Issuer): Promise<KnownServer | undefined>;
  list(agent: Origin): Promise<KnownServer[]>;
  /** Above the maximum of the agent, the one that was read longest ago is removed. */
  save(agent: Origin, server: KnownServer): Promise<void>;
  remove(agent: Origin, issuer: Issuer): Promise<void>;
  /** Of all agents: whose each is. */
  names(): Promise<readonly (readonly [agent: Origin, issuer: Issuer])[]>;
}

export interface ArmingStore {
  get(agent: Origin, issuer: Issuer): Promise<Armed | undefined>;
  ofAgent(agent: Origin): Promise<Armed[]>;
  list(): Promise<Armed[]>;
  save(armed: Armed): Promise<void>;
  remove(agent: Origin, issuer: Issuer): Promise<void>;
  authorization(codeChallenge: string): Promise<Authorization | undefined>;
  saveAuthorization(authorization: Authorization): Promise<void>;
  removeAuthorization(codeChallenge: string): Promise<void>;
  authorizations(): Promise<Authorization[]>;
  /** Those that left before this time, in milliseconds. */
  forgetAuthorizations(before: number): Promise<void>;
}

/** What each server said last, by its origin. It outlives the browser, but for the clocks. */
export interface ServerMemory {
  nonce(origin: string): Promise<string | undefined>;
  setNonce(origin: string, nonce: string): Promise<void>;
  /** Milliseconds to add to the local clock for this server. */
  clockOffset(origin: string): Promise<number>;
  /** Whether the clock of this server was read since the browser started. */
  knowsClock(origin: string): Promise<boolean>;
  setClockOffset(origin: string, milliseconds: number): Promise<void>;
  /** Whether an agent saw that the server of this token endpoint offers no DPoP: the person need not be asked about it. */
  isPlain(agent: Origin, tokenEndpoint: string): Promise<boolean>;
  setPlain(agent: Origin, tokenEndpoint: string, plain: boolean): Promise<void>;
  /** Whether the metadata of this token endpoint's server named another issuer than its address (RFC 8414 §3.3), as an agent read it. */
  isMisnamed(agent: Origin, tokenEndpoint: string): Promise<boolean>;
  setMisnamed(agent: Origin, tokenEndpoint: string, isMisnamed: boolean): Promise<void>;
  /** Whether an agent has lately looked for the metadata of a resource (RFC 9728) at an origin: it is about to sign in for MCP. */
  hasLookedAt(agent: Origin, origin: Origin): Promise<boolean>;
  lookedAt(agent: Origin, origin: Origin): Promise<void>;
  /** How a resource takes bound tokens, if that was learnt. */
  scheme(resource: string): Promise<Scheme | undefined>;
  setScheme(resource: string, scheme: Scheme): Promise<void>;
}

/** An HTTP reply, as far as Holdfast reads it. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly header: (name: string) => string | null;
}

/** HTTP, sent by the background itself: no credentials, no redirects, limited in size and time. */
export interface Network {
  /** Metadata, for an agent. @throws HoldfastError `server_unreachable`, `reply_too_large` */
  get(url: string, agent: Origin): Promise<Response>;
  /** A form, sent with the agent's `Origin`. @throws HoldfastError `server_unreachable`, `reply_too_large` */
  post(to: Destination, agent: Origin, headers: Readonly<Record<string, string>>, body: string): Promise<Reply>;
  /** A request to a resource, sent with the agent's `Origin`. @throws HoldfastError as `post` does */
  probe(to: Destination, agent: Origin, probe: Probe): Promise<ProbeReply>;
  /** The first event of an event stream that is asked for with GET, as text; sent with the agent's `Origin`. @throws HoldfastError as `post` does */
  firstEvent(to: Destination, agent: Origin, headers: Readonly<Record<string, string>>): Promise<Reply>;
}

/** One request of the drill. */
export interface Probe {
  readonly method: 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The answer to it. Of what is served, the body is the beginning that came within a moment. */
export interface ProbeReply extends Reply {
  /** The values of all header fields. */
  readonly fields: readonly string[];
}

/** A token as a request presents it. */
export interface Credential {
  /** The header field, in small letters. */
  readonly header: string;
  /** `DPoP` with a proof, and with none else; empty where the token stands alone. */
  readonly scheme: string;
  readonly accessToken: AccessToken;
  /** Whose it is: a server may give one token for two sessions. */
  readonly session: SessionId;
  /** The fragment of the URLs that it goes with. Undefined: it goes with those that have none. */
  readonly mark?: string | undefined;
}

/** The value of the header field. */
export const fieldValue = ({ scheme, accessToken }: Pick<Credential, 'scheme' | 'accessToken'>): string =>
  scheme === '' ? accessToken : `${scheme} ${accessToken}`;

/** Rules in the network layer. */
export interface Rules {
  /** Adds `dpop_jkt` to navigations from this agent to this endpoint that are among these sign-ins. */
  nameKey(agent: Origin, authorizationEndpoint: string, thumbprint: Thumbprint, signIns: SignIns): Promise<void>;
  /** Names no key at this endpoint: several servers claim it. */
  nameNone(agent: Origin, authorizationEndpoint: string): Promise<void>;
  /** Names no keys but these any more. */
  keepOnly(armed: readonly Thumbprint[]): Promise<void>;
  /** Sets the credential's header field on this tab's requests to this URL, for a few seconds. */
  present(tab: number, agent: Origin, to: Destination, credential: Credential): Promise<void>;
  /** Puts the token that has replaced another of a session in its place, wherever that is presented for it. */
  renew(session: SessionId, accessToken: AccessToken, renewed: AccessToken): Promise<void>;
  /** Whether this has stood in a slot without a break since then, in milliseconds. */
  stands(slot: PresentationSlot, credential: Credential, since: number): boolean;
  /** Takes every token out of every rule. */
  withdrawAll(): Promise<void>;
  /** Takes a token out of every rule at once. */
  withdraw(accessToken: AccessToken): Promise<void>;
  /** Presents no token in a slot any more. */
  stepAside(slot: PresentationSlot): Promise<void>;
  /** Every request that was to find a token in a slot has left: presents none there in a moment, unless one more is asked for. */
  settle(slot: PresentationSlot): void;
}

/** What the person has allowed to each agent. */
export interface Access {
  granted(agent: Origin, origins: readonly Origin[]): Promise<boolean>;
  /** Whether it is granted, or may be asked for: no policy forbids it, and no answer to an earlier question stands against it. */
  mayHave(agent: Origin, origin: Origin): Promise<boolean>;
  /**
   * Asks the person where needed and waits, for a bounded time. False when declined.
   *
   * @param purpose what the question says that it is for
   */
  ensure(agent: Origin, origins: readonly Origin[], purpose?: AskPurpose): Promise<boolean>;
  /**
   * Asks the person whether a session may be used at this address too, and at what is below it, and waits, for a bounded time. One
   * question for a session at a time: false while another waits, and a while after each that ended without a yes.
   */
  askFurther(session: LiveSession, address: string): Promise<boolean>;
  /** The latest question of the agent without a yes that named one of these servers. */
  refusal(agent: Origin, origins: readonly Origin[]): Promise<Refusal | undefined>;
  /** A sign-in of the agent has ended without Holdfast: unanswered questions may be put again at the next. */
  signedIn(agent: Origin): Promise<void>;
}

/** A question without a yes: the person declined, or did not answer. */
export interface Refusal {
  readonly reason: 'declined' | 'unanswered';
  /** All servers that it named. */
  readonly origins: readonly Origin[];
}

/** What the person and their organization decided. */
export interface PolicySource {
  of(agent: Origin): Promise<Policy>;
}

/** The vault that tokens are kept in. It may be locked, and only the person can unlock it. */
export interface Lock {
  /**
   * Runs a task while the vault is open, and keeps it open until the task has ended. Where it is locked, asks the person and
   * waits for a bounded time. Undefined when it stays locked. A task must not open the vault again.
   */
  open<T>(agent: Origin, task: () => Promise<T>): Promise<T | undefined>;
}

export interface Ports {
  readonly keys: KeyStore;
  readonly sessions: SessionStore;
  readonly usage: UsageStore;
  readonly drills: DrillStore;
  readonly servers: ServerStore;
  readonly arming: ArmingStore;
  readonly memory: ServerMemory;
  readonly network: Network;
  readonly rules: Rules;
  readonly access: Access;
  readonly policies: PolicySource;
  readonly lock: Lock;
  /** Asks a tab's pages of an agent to give back proofs that were made ahead. */
  readonly recall: (tab: number, agent: Origin) => void;
  readonly record: (activity: Activity) => void;
  /** Notes what failed, and keeps the error for the developers. */
  readonly failed: (error: unknown, agent?: Origin) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 256 random bits, base64url: 43 characters. */
  readonly random: () => string;
}
