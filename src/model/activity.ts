import * as v from 'valibot';
import { ERROR_CODES } from '../protocol/error.ts';
import { VERDICTS } from './drill.ts';
import { Time, Url } from './fields.ts';
import { Origin, originOf } from './origin.ts';
import { EXPOSED_REASONS, type Session, SessionId, UNBOUND_REASONS } from './session.ts';
import type { Told } from './told.ts';
import { UNREACHED } from './usage.ts';

/** What happened, as it was seen on the wire or decided here. */
export const ACTIVITY_KINDS = [
  /** An authorization request left with `dpop_jkt`. */
  'authorized',
  'exchanged',
  /** A sign-in has brought a plain bearer token, which Holdfast keeps. */
  'held',
  /** A person gave a key to Holdfast, put another in its place, or deleted it. */
  'given',
  'replaced',
  'deleted',
  'refreshed',
  /** A request left with a proof and the bound token, and was answered. */
  'proved',
  /** A request left with the token as a bearer token, because it is held or its resource takes no proof, and was answered. */
  'presented',
  /** A server asked for a (new) nonce. */
  'challenged',
  'refused',
  /** A server gave no answer, or said that it cannot serve (RFC 9110 §15.6). */
  'unserved',
  'revoked',
  /** The key of a session is not used for new tokens any more. */
  'retired',
  'expired',
  'keyLost',
  'exposed',
  /** The page got a token that is bound to a key of its own. */
  'ownKey',
  /** A bearer token was kept from the page. */
  'refusedBearer',
  /** A request to the resource left without a proof. */
  'unproved',
  /** A worker was started without Holdfast, or a request left from where Holdfast does not reach. */
  'unreached',
  /** A server has repeated a session's token in an answer. */
  'repeated',
  /** The page has sent a handle to a place beside its session's servers. */
  'passedOn',
  /** A sign-in left without Holdfast's key. */
  'withoutKey',
  /** A request left with another credential than the one that was put into it. */
  'overruled',
  /** A request that Holdfast was not asked for left with a session's bearer token. */
  'unasked',
  /** Such a request has ended its session, as the person had chosen. */
  'endedUnasked',
  /** The person lets a session be used at a further address of its server, or does not any more. */
  'widened',
  'narrowed',
  /** The page asked for a proof that it may not have. */
  'denied',
  /** The enforcement drill was run. */
  'drilled',
  /** Something of Holdfast's own failed, storage above all. */
  'failed',
] as const;

export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

const line = {
  /** Milliseconds since the epoch. */
  at: Time,
  /** Undefined where it was about no agent. */
  agent: v.optional(Origin),
  session: v.optional(SessionId),
  /** The server that it was about: its origin. */
  server: v.optional(Url),
  /** The HTTP status of the answer. */
  status: v.optional(v.number()),
};
const withoutCode = { ...line, code: v.optional(v.undefined()) };
const ofHoldfast = { ...line, code: v.picklist(ERROR_CODES) };

/** One line of the activity log. It never holds a secret: no token, code, verifier, nonce, handle or proof. */
export const Activity = v.variant('kind', [
  v.object({ ...withoutCode, kind: v.literal('authorized') }),
  v.object({ ...withoutCode, kind: v.literal('exchanged') }),
  v.object({ ...line, kind: v.literal('held'), code: v.optional(v.picklist(UNBOUND_REASONS)) }),
  v.object({ ...withoutCode, kind: v.literal('given') }),
  v.object({ ...withoutCode, kind: v.literal('replaced') }),
  v.object({ ...withoutCode, kind: v.literal('deleted') }),
  v.object({ ...withoutCode, kind: v.literal('refreshed') }),
  v.object({ ...withoutCode, kind: v.literal('proved') }),
  v.object({ ...withoutCode, kind: v.literal('presented') }),
  v.object({ ...withoutCode, kind: v.literal('revoked') }),
  v.object({ ...withoutCode, kind: v.literal('retired') }),
  v.object({ ...withoutCode, kind: v.literal('expired') }),
  v.object({ ...withoutCode, kind: v.literal('ownKey') }),
  v.object({ ...withoutCode, kind: v.literal('repeated') }),
  v.object({ ...withoutCode, kind: v.literal('passedOn') }),
  v.object({ ...withoutCode, kind: v.literal('withoutKey') }),
  v.object({ ...withoutCode, kind: v.literal('overruled') }),
  v.object({ ...withoutCode, kind: v.literal('unasked') }),
  v.object({ ...withoutCode, kind: v.literal('endedUnasked') }),
  v.object({ ...withoutCode, kind: v.literal('widened') }),
  v.object({ ...withoutCode, kind: v.literal('narrowed') }),
  /** The `error` of the challenge (RFC 6750 §3.1, RFC 9449 §7.1). */
  v.object({ ...line, kind: v.literal('challenged'), code: v.optional(v.string()) }),
  /** The `error` of the challenge, that of the token endpoint (RFC 6749 §5.2), or a code of Holdfast's own. */
  v.object({ ...line, kind: v.picklist(['refused', 'unserved']), code: v.optional(v.string()) }),
  /** The scheme of the page's own credentials. */
  v.object({ ...line, kind: v.literal('unproved'), code: v.optional(v.string()) }),
  v.object({ ...line, kind: v.literal('unreached'), code: v.picklist(UNREACHED) }),
  v.object({ ...line, kind: v.literal('exposed'), code: v.picklist(EXPOSED_REASONS) }),
  v.object({ ...line, kind: v.literal('refusedBearer'), code: v.picklist(EXPOSED_REASONS) }),
  /** `notEnforced`: the verdict of before 28 November 2026, which told no theft from anything less. */
  v.object({ ...line, kind: v.literal('drilled'), code: v.optional(v.picklist([...VERDICTS, 'notEnforced'])) }),
  v.object({ ...line, kind: v.literal('keyLost'), code: v.literal('key_lost') }),
  v.object({ ...ofHoldfast, kind: v.literal('denied') }),
  v.object({ ...ofHoldfast, kind: v.literal('failed') }),
]);
export type Activity = Readonly<v.InferOutput<typeof Activity>>;

/** Codes for an answer that did not come, or not whole. */
const NO_ANSWER: ReadonlySet<string | undefined> = new Set(['server_unreachable', 'server_timeout', 'reply_truncated']);

/** What kind of line stands for a request that a server did not do. @param status undefined where there was no answer */
export const failureOf = (status: number | undefined, code: string | undefined): 'refused' | 'unserved' =>
  (status === undefined ? NO_ANSWER.has(code) : status >= 500) ? 'unserved' : 'refused';

/** What every line about a session says. @param at milliseconds since the epoch @param url of the server that it is about */
export function lineOf({ agent, id }: Pick<Session, 'agent' | 'id'>, at: number, url?: string) {
  return { at, agent, session: id, server: url === undefined ? undefined : originOf(url) };
}

/** The same, as views show it. */
export type ActivityLine = Told<Activity>;
