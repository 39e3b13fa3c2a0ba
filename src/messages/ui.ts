import type { ActivityLine } from '../model/activity.ts';
import type { Binding } from '../model/binding.ts';
import type { CookieSession } from '../model/cookie-session.ts';
import type { Diagnostics } from '../model/diagnostics.ts';
import type { DrillReport, Enforcement } from '../model/drill.ts';
import type { LockView } from '../model/lock.ts';
import type { PolicyView } from '../model/policy.ts';
import type { ProofView } from '../model/proof-view.ts';
import type {
  BoundSession,
  DamagedSession,
  EndedSession,
  ExposedSession,
  GivenSession,
  HeldSession,
  OwnKeySession,
  RefusedSession,
  Session,
} from '../model/session.ts';
import type { Settings } from '../model/settings.ts';
import type { SignInRefusal } from '../model/sign-in.ts';
import type { Told } from '../model/told.ts';
import type { Usage } from '../model/usage.ts';
import type { InspectedRequest } from './inspection.ts';

/** A session as people see it. It holds no secret, and no handle. Times are milliseconds since the epoch. */
export type SessionView = LiveView | ExposedView | RefusedView | OwnKeyView | EndedView | DamagedView;

/** Members of a session that views do not get: its handles above all. */
type Kept = 'handles' | 'reach' | 'retiring' | 'speaks' | 'tokenEndpoint' | 'wanted';

type ViewOf<One extends Session> = One extends Session
  ? Told<Omit<One, Kept> & Omit<Usage, 'demandsNonce' | 'proof'>> & {
      /** What the last drill found; undefined when there was none. */
      readonly enforcement?: Enforcement;
    }
  : never;

/** Details of one session, for the views that show it. */
export interface SessionDetails {
  readonly session: string;
  /** The last proof that left. */
  readonly proof?: ProofView | undefined;
  readonly drill?: DrillReport | undefined;
}

export type BindingView = Told<Binding>;

interface Live {
  readonly refreshable: boolean;
  /** Its newest tokens could not be stored: they are lost with the background's worker. */
  readonly isUnsaved: boolean;
  /** Its agent repeats refused requests: the breaker holds them back until then, in milliseconds since the epoch. */
  readonly heldBackUntil?: number | undefined;
}

export type BoundView = ViewOf<BoundSession> &
  Live & {
    /** Its key is used until its access token expires; then the agent signs in again, with a new one. */
    readonly retiring: boolean;
    /** The page holds the real token: bound, and readable. */
    readonly inPage: boolean;
    /** Its server takes the token as a bearer token, and does not check the key. */
    readonly asBearer: boolean;
  };

/** Holdfast keeps its plain bearer token. */
export type HeldView = ViewOf<HeldSession> & Live;

/** A key that the person gave to Holdfast. */
export type GivenView = ViewOf<GivenSession> & Live;

/** A session whose tokens Holdfast works with. */
export type LiveView = BoundView | HeldView | GivenView;

/** The states of those that can be used now. */
type LiveState = LiveView['state'] | 'refreshBound';

export const isLiveState = (state: ViewState): state is LiveState =>
  state === 'bound' || state === 'refreshBound' || state === 'held' || state === 'given';

export const isLiveView = (session: SessionView): session is LiveView => isLiveState(session.state);

export type ExposedView = ViewOf<ExposedSession> & {
  /** The servers that Holdfast was not allowed: all that the question named. */
  readonly wanted: readonly string[];
};

/** A bearer token that the site's policy kept from the page. */
export type RefusedView = ViewOf<RefusedSession>;

/** Holdfast does not bind it, and need not: the page has a DPoP key of its own. */
export type OwnKeyView = ViewOf<OwnKeySession>;

/** What was stored of it cannot be read any more. */
export type DamagedView = ViewOf<DamagedSession>;

export type EndedView = ViewOf<EndedSession>;

/** What a session is, or was, bound to. */
export const bindingOf = (session: SessionView): BindingView | undefined =>
  'binding' in session ? session.binding : undefined;

export type ViewState =
  | SessionView['state']
  | 'locked'
  /** Bound at the authorization server, and held at a resource that does not check it. */
  | 'refreshBound';

/**
 * The state to show: a session that can neither be used nor refreshed any more has expired, one whose tokens are locked
 * away waits for its person, and one whose resource does not check the key is no more than held, or exposed in its page.
 */
export function stateAt(session: SessionView, now: number, isLocked: boolean): ViewState {
  const state = endedAt(session, now);
  return isLocked && isLiveState(state) ? 'locked' : state;
}

function endedAt(session: SessionView, now: number): ViewState {
  if (session.expiresAt === undefined || session.expiresAt > now) return keptAt(session);
  if (session.state === 'exposed' || session.state === 'ownKey' || (isLiveView(session) && !session.refreshable))
    return 'expired';
  return keptAt(session);
}

function keptAt(session: SessionView): ViewState {
  if (session.state !== 'bound' || !session.asBearer) return session.state;
  return session.inPage ? 'exposed' : 'refreshBound';
}

/** An agent waits for the person to allow these servers, or a session of its own at a further address. */
export interface Ask {
  readonly id: string;
  readonly agent: string;
  readonly origins: readonly string[];
  readonly purpose?: AskPurpose | undefined;
  /** Where it is set, no server is asked for. */
  readonly further?: FurtherAsk | undefined;
  /** The agent waits until then, in milliseconds since the epoch. */
  readonly until: number;
}

/**
 * What an agent is about to do, as far as the metadata that it reads and the targets of its requests show. Origins. That a
 * server has this role may be the agent's word alone: it is shown to the person, and grants nothing.
 */
export interface AskPurpose {
  /** To sign in, or to go on with a session that it has. */
  readonly kind: 'signIn' | 'use';
  readonly issuer?: string | undefined;
  readonly resource?: string | undefined;
}

/** A sign-in that its authorization server has refused. `server`: an origin. */
export interface RefusedSignIn {
  readonly server: string;
  readonly why: SignInRefusal;
}

/** An agent wants to use its session beside the session's resource: at this address of the same origin, and at what is below it. */
export interface FurtherAsk {
  readonly session: string;
  readonly resource: string;
  readonly address: string;
}

/** Why Holdfast is not in the page of a protected site: it was there before that site was protected, or before Holdfast. */
export type Missing = 'protected' | 'updated';

/**
 * What script of a page can read, as far as its storage and the addresses of its requests tell. The page itself may have put all of it
 * there.
 */
export interface PageReading {
  /** Origins of MCP servers that it talks to, a few at most. */
  readonly servers: readonly string[];
  /** How many tokens lie in its storage. */
  readonly tokens: number;
}

/** What keeps Holdfast from its storage, or from a part of it. */
export type Trouble = 'record_damaged' | 'storage_failed' | 'storage_full' | 'storage_newer';

/** The servers that the person has allowed to each agent, by the agents' origins. */
export type ConsentsView = Readonly<Record<string, readonly string[]>>;

/** What the background sends to each open view: a snapshot, then changes. */
export type UiUpdate =
  | {
      readonly kind: 'snapshot';
      readonly sites: readonly string[];
      /** Sites that the organization wants protected, and that Chrome does not let Holdfast into. */
      readonly wanted: readonly string[];
      /** By the sites' origins. */
      readonly policies: Readonly<Record<string, PolicyView>>;
      readonly consents: ConsentsView;
      readonly sessions: readonly SessionView[];
      /** Whether these are all sessions there are; else the others follow. */
      readonly isAll: boolean;
      readonly asks: readonly Ask[];
      readonly cookieSessions: readonly CookieSession[];
      readonly settings: Settings;
      readonly trouble: Trouble | undefined;
      readonly lock: LockView;
    }
  | {
      readonly kind: 'sites';
      readonly sites: readonly string[];
      readonly wanted: readonly string[];
      readonly policies: Readonly<Record<string, PolicyView>>;
    }
  /**
   * To the view that stands over this page: whether it has to be loaded again; and whose sign-in it is, where it is an authorization
   * server's, by its origin; and which authorization server refused the site's own latest sign-in, if Holdfast knows what is wrong there.
   */
  | {
      readonly kind: 'page';
      readonly missing: Missing | undefined;
      readonly signingIn?: string | undefined;
      readonly refusal?: RefusedSignIn | undefined;
    }
  /** To the view that asked for it (`read`); undefined where Chrome does not let Holdfast look. */
  | { readonly kind: 'reading'; readonly reading: PageReading | undefined }
  | { readonly kind: 'asks'; readonly asks: readonly Ask[] }
  | { readonly kind: 'consents'; readonly consents: ConsentsView }
  | { readonly kind: 'cookieSessions'; readonly cookieSessions: readonly CookieSession[] }
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'trouble'; readonly trouble: Trouble | undefined }
  | { readonly kind: 'lock'; readonly lock: LockView }
  /** Lines of the activity log, oldest first, to the views that asked for it: all that is kept, then what is new. */
  | { readonly kind: 'activity'; readonly lines: readonly ActivityLine[]; readonly isAll: boolean }
  /** To the views that look at this session: at once, and when it changes. */
  | { readonly kind: 'details'; readonly details: SessionDetails }
  /** To the view that asked for them. */
  | { readonly kind: 'diagnostics'; readonly diagnostics: Diagnostics }
  /** To the panels that inspect their tab: each request when something new is known of it. */
  | { readonly kind: 'inspected'; readonly requests: readonly InspectedRequest[] }
  | {
      readonly kind: 'sessions';
      readonly changed: readonly SessionView[];
      readonly removed: readonly string[];
      /** They are the ones that were left out of the snapshot. */
      readonly isRest?: true;
    };

/** Why something that the person asked for in a view was not done. */
export type FailureCode =
  /** The vault stayed locked. */
  | 'locked'
  | 'wrong_passkey'
  /** The passkey lock is on, and this loosens: it has to come with what the passkey gives. */
  | 'passkey_needed'
  | 'storage_failed'
  /** The site is not protected, or its policy or the person does not allow this. */
  | 'not_allowed'
  /** The agent has as many given keys as it can have. */
  | 'too_many'
  /** The session is not bound any more. */
  | 'session_ended'
  /** A fault of Holdfast's own; the activity log has its code. */
  | 'internal'
  /** The background's worker ended before it answered. */
  | 'gone';

/** `handle`: what a page can present for a given key. */
export type Result =
  | { readonly ok: true; readonly handle?: string }
  | { readonly ok: false; readonly code: FailureCode };

/** The answer to one request of a view, to that view alone. The updates for what the request changed come before it. */
export interface UiReply {
  readonly kind: 'reply';
  /** The number that the view gave its request. */
  readonly id: number;
  readonly result: Result;
}

/** The name of the port that views open. */
export const UI_PORT = 'ui';
