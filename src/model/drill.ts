/** What the drill tries, in this order. Each is one request to the session's own resource. */
export const ATTEMPTS = [
  'control',
  'bearer',
  'noProof',
  'otherKey',
  'wrongMethod',
  'wrongUrl',
  'wrongToken',
  'noAth',
  'replayed',
  'noNonce',
  'wrongNonce',
  'stale',
  'future',
  'unsigned',
  'symmetric',
  'wrongType',
  'twoProofs',
  'expired',
  'controlAgain',
] as const;

export type Attempt = (typeof ATTEMPTS)[number];

/** What each attempt is against: where the standard says that it has to be refused, or let in. */
export const SECTIONS: Readonly<Record<Attempt, string>> = {
  control: 'RFC 9449 §7.1',
  bearer: 'RFC 9449 §7.2',
  noProof: 'RFC 9449 §7.1',
  otherKey: 'RFC 9449 §6',
  wrongMethod: 'RFC 9449 §4.3',
  wrongUrl: 'RFC 9449 §4.3',
  wrongToken: 'RFC 9449 §4.3',
  noAth: 'RFC 9449 §4.3',
  replayed: 'RFC 9449 §11.1',
  stale: 'RFC 9449 §11.1',
  future: 'RFC 9449 §11.1',
  noNonce: 'RFC 9449 §9',
  wrongNonce: 'RFC 9449 §9',
  unsigned: 'RFC 9449 §4.3',
  symmetric: 'RFC 9449 §4.3',
  wrongType: 'RFC 9449 §4.3',
  twoProofs: 'RFC 9449 §4.3',
  expired: 'RFC 6750 §3.1',
  controlAgain: 'RFC 9449 §7.1',
};

/** Whether the attempt is the session's own, and has to be let in; all others have to be refused. */
export const isControl = (attempt: Attempt): boolean => attempt === 'control' || attempt === 'controlAgain';

/** What the server answered, as far as it is shown: in its own words, limited. No token is in it. */
export interface DrillAnswer {
  readonly status: number;
  /** `error` and `error_description` of its challenge (RFC 6750 §3, RFC 9449 §7.1), or of its body. */
  readonly error?: string | undefined;
  readonly description?: string | undefined;
}

/**
 * - `refused`: 400, 401 or 403.
 * - `accepted`: it was served.
 * - `tolerated`: it was served, and may be: the nonce tells a proof's age, so that `iat` need not (RFC 9449 §4.3, check 11).
 * - `unclear`: neither, as a 429 or a 500 are.
 * - `skipped`: it was not tried, and the reason says why.
 */
export const OUTCOMES = ['refused', 'accepted', 'tolerated', 'unclear', 'skipped'] as const;
export type DrillOutcome = (typeof OUTCOMES)[number];

/** Why an attempt was not made. */
export const SKIP_REASONS = [
  /** The server demands no nonces. */
  'noNonceDemanded',
  /** No expired token of this session was at hand. */
  'noExpiredToken',
  /** The drill had ended before. */
  'ended',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export interface DrillLine {
  readonly attempt: Attempt;
  readonly outcome: DrillOutcome;
  readonly answer?: DrillAnswer;
  readonly skipped?: SkipReason;
}

/** Why nothing can be said. */
export const UNCLEAR_REASONS = [
  /** The session's own request was not let in. */
  'controlFailed',
  /** It was before, and was not any more after. */
  'controlFailedAfter',
  /** 429, or a `Retry-After`. */
  'rateLimited',
  'unreachable',
  /** Answers were neither a refusal nor an acceptance. */
  'answersUnclear',
  /** The session ended, or was locked, meanwhile. */
  'sessionEnded',
  /** The person stopped it. */
  'stopped',
] as const;
export type UnclearReason = (typeof UNCLEAR_REASONS)[number];

export type Verdict =
  | { readonly kind: 'enforced'; readonly refused: number }
  | { readonly kind: 'notEnforced'; readonly accepted: readonly Attempt[]; readonly tried: number }
  | { readonly kind: 'unclear'; readonly reason: UnclearReason };

/** The enforcement drill of one session: what its resource does with a stolen token. */
export interface DrillReport {
  readonly session: string;
  readonly resource: string;
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
  /** Undefined while it runs. */
  readonly verdict?: Verdict | undefined;
  readonly lines: readonly DrillLine[];
}

/** The last verdict on a session, and when it was given. */
export interface Enforcement {
  readonly at: number;
  readonly verdict: Verdict;
}
