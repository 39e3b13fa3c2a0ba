import * as v from 'valibot';
import { Time, Url } from './fields.ts';
import { Origin } from './origin.ts';
import { SessionId } from './session.ts';
import type { Told } from './told.ts';

/** What happened, as it was seen on the wire or decided here. */
export const ACTIVITY_KINDS = [
  /** An authorization request left with `dpop_jkt`. */
  'authorized',
  'exchanged',
  'refreshed',
  /** A request left with a proof and the bound token, and was answered. */
  'proved',
  /** A request left with the bound token as a bearer token, because its resource takes no proof, and was answered. */
  'presented',
  /** A server asked for a (new) nonce. */
  'challenged',
  'refused',
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
  /** The page asked for a proof that it may not have. */
  'denied',
  /** The enforcement drill was run. */
  'drilled',
  /** Something of Holdfast's own failed, storage above all. */
  'failed',
] as const;

export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

/** One line of the activity log. It never holds a secret: no token, code, verifier, nonce, handle or proof. */
export const Activity = v.pipe(
  v.object({
    /** Milliseconds since the epoch. */
    at: Time,
    kind: v.picklist(ACTIVITY_KINDS),
    /** Undefined where it was about no agent. */
    agent: v.optional(Origin),
    session: v.optional(SessionId),
    /** The server that it was about: its origin. */
    server: v.optional(Url),
    /** The HTTP status of the answer. */
    status: v.optional(v.number()),
    /** An OAuth error code, or one of ours. */
    code: v.optional(v.string()),
  }),
  v.readonly(),
);
export type Activity = v.InferOutput<typeof Activity>;

/** The same, as views show it. */
export type ActivityLine = Told<Activity>;
