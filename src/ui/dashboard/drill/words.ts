import type { Attempt, DrillAnswer, DrillLine, SkipReason, UnclearReason, Verdict } from '../../../model/drill.ts';
import { figure, listed, say } from '../../words.ts';

type Word = Parameters<typeof say>[0];

/** What is tried, and what a server that lets it in should change. */
const ATTEMPT_WORDS = {
  control: ['attemptControl'],
  bearer: ['attemptBearer', 'adviceBearer'],
  noProof: ['attemptNoProof', 'adviceNoProof'],
  otherKey: ['attemptOtherKey', 'adviceOtherKey'],
  wrongMethod: ['attemptWrongMethod', 'adviceWrongMethod'],
  wrongUrl: ['attemptWrongUrl', 'adviceWrongUrl'],
  wrongToken: ['attemptWrongToken', 'adviceWrongToken'],
  noAth: ['attemptNoAth', 'adviceNoAth'],
  replayed: ['attemptReplayed', 'adviceReplayed'],
  stale: ['attemptStale', 'adviceStale'],
  future: ['attemptFuture', 'adviceFuture'],
  noNonce: ['attemptNoNonce', 'adviceNoNonce'],
  wrongNonce: ['attemptWrongNonce', 'adviceWrongNonce'],
  unsigned: ['attemptUnsigned', 'adviceUnsigned'],
  symmetric: ['attemptSymmetric', 'adviceSymmetric'],
  wrongType: ['attemptWrongType', 'adviceWrongType'],
  twoProofs: ['attemptTwoProofs', 'adviceTwoProofs'],
  expired: ['attemptExpired', 'adviceExpired'],
  controlAgain: ['attemptControlAgain'],
} as const satisfies Record<Attempt, readonly [Word, Word?]>;

const UNCLEAR = {
  controlFailed: 'drillControlFailed',
  controlFailedAfter: 'drillControlFailedAfter',
  rateLimited: 'drillRateLimited',
  unreachable: 'drillUnreachable',
  answersUnclear: 'drillAnswersUnclear',
  sessionEnded: 'drillSessionEnded',
  stopped: 'drillStopped',
} as const satisfies Record<UnclearReason, Word>;

const SKIPPED = {
  noNonceDemanded: 'skippedNoNonce',
  noExpiredToken: 'skippedNoToken',
  ended: 'skippedEnded',
} as const satisfies Record<SkipReason, Word>;

export function attemptWords(attempt: Attempt): string {
  return say(ATTEMPT_WORDS[attempt][0]);
}

/** The verdict in a sentence. */
export function verdictWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'enforced':
      return say('drillEnforced', figure(verdict.refused));
    case 'notEnforced':
      return say('drillNotEnforced', figure(verdict.accepted.length), figure(verdict.tried));
    case 'unclear':
      return say('drillUnclear');
  }
}

/** What the verdict means, or why there is none. */
export function verdictMeaning(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'enforced':
      return say('drillEnforcedWhat');
    case 'notEnforced':
      return say(
        'drillNotEnforcedWhat',
        listed(verdict.accepted.map((attempt) => say('drillQuoted', attemptWords(attempt)))),
      );
    case 'unclear':
      return say(UNCLEAR[verdict.reason]);
  }
}

/** Status and error code of an answer; what the server said beside them is a sentence of its own. */
export function answerWords({ status, error }: DrillAnswer): string {
  return [status === 0 ? say('drillNoAnswer') : String(status), error].filter(Boolean).join(' ');
}

/** What there is to say of a line: what to change, why it may be, or why it was not tried. */
export function remarkOn(line: DrillLine): string | undefined {
  const [, advice] = ATTEMPT_WORDS[line.attempt] as readonly [Word, Word?];
  if (line.outcome === 'accepted') return advice && say('drillChange', say(advice));
  if (line.outcome === 'tolerated') return say('outcomeToleratedWhat');
  return line.outcome === 'skipped' ? say(SKIPPED[line.skipped]) : undefined;
}
