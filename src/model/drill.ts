import * as v from 'valibot';
import { Count, list, Time, Url } from './fields.ts';
import { SessionId } from './session.ts';
import type { Told } from './told.ts';

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
const DrillAnswer = v.pipe(
  v.object({
    status: v.number(),
    /** `error` and `error_description` of its challenge (RFC 6750 §3, RFC 9449 §7.1), or of its body. */
    error: v.optional(v.string()),
    description: v.optional(v.string()),
  }),
  v.readonly(),
);
export type DrillAnswer = v.InferOutput<typeof DrillAnswer>;

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

const DrillLine = v.pipe(
  v.variant('outcome', [
    v.object({ attempt: v.picklist(ATTEMPTS), outcome: v.literal('skipped'), skipped: v.picklist(SKIP_REASONS) }),
    v.object({
      attempt: v.picklist(ATTEMPTS),
      outcome: v.picklist(['refused', 'accepted', 'tolerated', 'unclear']),
      answer: DrillAnswer,
    }),
  ]),
  v.readonly(),
);
export type DrillLine = v.InferOutput<typeof DrillLine>;

/** The server's answer to an attempt, where it was made. */
export const answerIn = (line: DrillLine): DrillAnswer | undefined =>
  line.outcome === 'skipped' ? undefined : line.answer;

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

export const VERDICTS = ['enforced', 'notEnforced', 'unclear'] as const;

const Verdict = v.pipe(
  v.variant('kind', [
    v.object({ kind: v.literal('enforced'), refused: Count }),
    v.object({ kind: v.literal('notEnforced'), accepted: list(v.picklist(ATTEMPTS)), tried: Count }),
    v.object({ kind: v.literal('unclear'), reason: v.picklist(UNCLEAR_REASONS) }),
  ]),
  v.readonly(),
);
export type Verdict = v.InferOutput<typeof Verdict>;

/** The enforcement drill of one session: what its resource does with a stolen token. */
export const Drill = v.pipe(
  v.object({
    session: SessionId,
    resource: Url,
    /** When it began, in milliseconds since the epoch. */
    at: Time,
    /** Undefined while it runs. */
    verdict: v.optional(Verdict),
    lines: list(DrillLine),
  }),
  v.readonly(),
);
export type Drill = v.InferOutput<typeof Drill>;

/** The same, as views show it. */
export type DrillReport = Told<Drill>;

/** The last verdict on a session, and when it was given. */
export interface Enforcement {
  readonly at: number;
  readonly verdict: Verdict;
}
