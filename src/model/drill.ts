import * as v from 'valibot';
import { Count, list, Time, Url } from './fields.ts';
import { SessionId } from './session.ts';
import type { Told } from './told.ts';

/** The requests that the drill makes, in this order, to the session's own resource. */
export const REQUESTS = [
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
export type RequestAttempt = (typeof REQUESTS)[number];

/** What the drill tries: each is one request, but for the last, which looks for the token in all of their answers. */
export const ATTEMPTS = [...REQUESTS, 'repeatsToken'] as const;
export type Attempt = (typeof ATTEMPTS)[number];

/** What each attempt is against: where the standard says that it has to be refused, or let in. */
export const SECTIONS: Readonly<Record<Attempt, string>> = {
  control: 'RFC 9449 §7.1',
  bearer: 'RFC 9449 §7.2',
  noProof: 'RFC 9449 §7.1',
  otherKey: 'RFC 9449 §4.3',
  wrongMethod: 'RFC 9449 §4.3',
  wrongUrl: 'RFC 9449 §4.3',
  wrongToken: 'RFC 9449 §4.3',
  noAth: 'RFC 9449 §4.3',
  replayed: 'RFC 9449 §11.1',
  stale: 'RFC 9449 §4.3',
  future: 'RFC 9449 §4.3',
  noNonce: 'RFC 9449 §9',
  wrongNonce: 'RFC 9449 §9',
  unsigned: 'RFC 9449 §4.3',
  symmetric: 'RFC 9449 §4.3',
  wrongType: 'RFC 9449 §4.3',
  twoProofs: 'RFC 9449 §4.3',
  expired: 'RFC 6750 §3.1',
  controlAgain: 'RFC 9449 §7.1',
  repeatsToken: 'RFC 9700 §4.9.2',
};

/** What has to come of an attempt: the session's own requests are let in, a thief's are not, and no answer repeats the token. */
export function expectedOf(attempt: Attempt): 'accepted' | 'refused' | 'notRepeated' {
  if (attempt === 'repeatsToken') return 'notRepeated';
  return attempt === 'control' || attempt === 'controlAgain' ? 'accepted' : 'refused';
}

/** Whether the attempt is a thief's request. */
export const isAttack = (attempt: Attempt): attempt is Exclude<RequestAttempt, 'control' | 'controlAgain'> =>
  expectedOf(attempt) === 'refused';

/** How much the standard asks for it: it has to be refused, it should be, or it is better refused where that can be done. */
export type Level = 'must' | 'should' | 'hardening';

const LEVELS: Readonly<Record<Exclude<Attempt, 'control' | 'controlAgain'>, Level>> = {
  ...{ bearer: 'must', noProof: 'must', otherKey: 'must', unsigned: 'must', symmetric: 'must' },
  ...{ wrongMethod: 'must', wrongUrl: 'must', wrongToken: 'must', noAth: 'must' },
  ...{ stale: 'must', future: 'must', wrongType: 'must', twoProofs: 'must' },
  ...{ noNonce: 'should', wrongNonce: 'should', expired: 'should', repeatsToken: 'should' },
  // Servers "can" remember `jti`: with several instances that needs a store that they share (RFC 9449 §11.1).
  replayed: 'hardening',
};

/** The level of what a server does wrong; undefined for the session's own requests. */
export const levelOf = (attempt: Attempt): Level | undefined =>
  attempt === 'control' || attempt === 'controlAgain' ? undefined : LEVELS[attempt];

/** Whether a server that lets it in is no server of the standard. */
export const isRequired = (attempt: Attempt): boolean => levelOf(attempt) === 'must';

const THEFTS: ReadonlySet<Attempt> = new Set(['bearer', 'noProof', 'otherKey', 'unsigned', 'symmetric']);

/** Whether a thief can make it who has the token alone: no signature of the session's key is in it. Its public key is no secret. */
export const isTheft = (attempt: Attempt): boolean => THEFTS.has(attempt);

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
 * - `repeated`, `notRepeated`: whether an answer had the token in it.
 */
export type DrillOutcome = DrillLine['outcome'];

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
      attempt: v.picklist(REQUESTS),
      outcome: v.picklist(['refused', 'accepted', 'tolerated', 'unclear']),
      answer: DrillAnswer,
    }),
    /** `by`: the attempts whose answers had the token in them. */
    v.object({ attempt: v.literal('repeatsToken'), outcome: v.literal('repeated'), by: list(v.picklist(REQUESTS)) }),
    v.object({ attempt: v.literal('repeatsToken'), outcome: v.literal('notRepeated') }),
  ]),
  v.readonly(),
);
export type DrillLine = v.InferOutput<typeof DrillLine>;

/** The server's answer to an attempt, where it was made. */
export const answerIn = (line: DrillLine): DrillAnswer | undefined => ('answer' in line ? line.answer : undefined);

/** Why nothing can be said. */
export const UNCLEAR_REASONS = [
  /** The session's own request was not let in. */
  'controlFailed',
  /** It was before, and was not any more after. */
  'controlFailedAfter',
  /** 429, or a `Retry-After`. */
  'rateLimited',
  'unreachable',
  /** More answers were neither a refusal nor an acceptance than were refusals. */
  'answersUnclear',
  /** The session ended, or was locked, meanwhile. */
  'sessionEnded',
  /** The person stopped it. */
  'stopped',
] as const;
export type UnclearReason = (typeof UNCLEAR_REASONS)[number];

/**
 * - `broken`: a thief who has the token alone was let in.
 * - `incomplete`: that thief was refused, but another thing was let in that has to be refused.
 * - `advised`: all of that was refused; something that should be better was not.
 * - `enforced`: nothing was let in.
 */
export const VERDICTS = ['broken', 'incomplete', 'advised', 'enforced', 'unclear'] as const;

/** `found`: what the verdict rests on; lesser faults stand in the lines. */
const Fault = v.object({ kind: v.picklist(['broken', 'incomplete', 'advised']), found: list(v.picklist(ATTEMPTS)) });
type Fault = v.InferOutput<typeof Fault>;

const Verdict = v.pipe(
  v.variant('kind', [
    Fault,
    /** `untold`: how many answers were unclear. */
    v.object({ kind: v.literal('enforced'), refused: Count, untold: v.optional(Count) }),
    v.object({ kind: v.literal('unclear'), reason: v.picklist(UNCLEAR_REASONS) }),
  ]),
  v.readonly(),
);
export type Verdict = v.InferOutput<typeof Verdict>;

/** The worst that can be said of a server with these faults, and those that it rests on. */
export function gradeOf(faults: readonly Attempt[]): Fault | undefined {
  const thefts = faults.filter(isTheft);
  if (thefts.length > 0) return { kind: 'broken', found: thefts };
  const required = faults.filter(isRequired);
  if (required.length > 0) return { kind: 'incomplete', found: required };
  return faults.length > 0 ? { kind: 'advised', found: faults } : undefined;
}

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
