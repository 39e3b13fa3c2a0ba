/** The log is a ring: so many lines are kept. */
export const KEPT_LINES = 10_000;

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

/** One line of the activity log as views show it. It never holds a secret: no token, code, verifier, nonce, handle or proof. */
export interface ActivityLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: ActivityKind;
  /** An origin. Undefined where it was about no agent. */
  readonly agent?: string | undefined;
  /** The id of a session. */
  readonly session?: string | undefined;
  /** The server that it was about: its origin. */
  readonly server?: string | undefined;
  /** The HTTP status of the answer. */
  readonly status?: number | undefined;
  /** An OAuth error code, or one of ours. */
  readonly code?: string | undefined;
}
