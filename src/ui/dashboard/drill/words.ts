import {
  ATTEMPTS,
  type Attempt,
  type DrillAnswer,
  type DrillLine,
  type DrillOutcome,
  isAttack,
  isRequired,
  isTheft,
  type Level,
  levelOf,
  type SkipReason,
  type UnclearReason,
  type Verdict,
} from '../../../model/drill.ts';
import browser from '../../browser.ts';
import { count, figure, listed, say } from '../../words.ts';

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
  repeatsToken: ['attemptRepeatsToken', 'adviceRepeatsToken'],
} as const satisfies Record<Attempt, readonly [Word, Word?]>;

const EXPECTED = {
  must: 'drillExpectMust',
  should: 'drillExpectShould',
  hardening: 'drillExpectHardening',
} as const satisfies Record<Level, Word>;

const UNCLEAR = {
  controlFailed: 'drillControlFailed',
  controlFailedAfter: 'drillControlFailedAfter',
  rateLimited: 'drillRateLimited',
  unreachable: 'drillUnreachable',
  answersUnclear: 'drillAnswersUnclear',
  sessionEnded: 'drillSessionEnded',
  stopped: 'drillStopped',
} as const satisfies Record<UnclearReason, Word>;

/** Why an attempt was not made: in a sentence, and in brackets. */
const SKIPPED = {
  noNonceDemanded: ['skippedNoNonce', 'tallyNoNonce'],
  noExpiredToken: ['skippedNoToken', 'tallyNoToken'],
  ended: ['skippedEnded', 'tallyEnded'],
} as const satisfies Record<SkipReason, readonly [Word, Word]>;

export function attemptWords(attempt: Attempt): string {
  return say(ATTEMPT_WORDS[attempt][0]);
}

/** What the standard says of it. */
export function expectedWords(attempt: Attempt): string {
  if (attempt === 'repeatsToken') return say('drillExpectNotRepeated');
  const level = levelOf(attempt);
  return say(level === undefined ? 'drillExpectAccepted' : EXPECTED[level]);
}

/** The verdict in a sentence. */
export function verdictWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'broken':
      return say('broken');
    case 'incomplete':
      return count('drillIncomplete', verdict.found.length);
    case 'advised':
      return count('drillAdvised', verdict.found.length);
    case 'enforced':
      return say('drillEnforced');
    case 'unclear':
      return say('drillUnclear');
  }
}

/** What the verdict means, or why there is none. */
export function verdictMeaning(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'broken':
      return say('drillBrokenWhat', named(verdict.found));
    case 'incomplete':
      return say('drillIncompleteWhat', named(verdict.found));
    case 'advised': {
      const letIn = verdict.found.filter(isAttack);
      return letIn.length > 0 ? say('drillAdvisedWhat', named(letIn)) : say('drillEnforcedWhat');
    }
    case 'enforced':
      return say(verdict.untold ? 'drillUntoldWhat' : 'drillEnforcedWhat');
    case 'unclear':
      return say(UNCLEAR[verdict.reason]);
  }
}

const TALLIED = [
  ['refused', 'tallyRefused'],
  ['accepted', 'tallyAccepted'],
  ['tolerated', 'tallyTolerated'],
  ['unclear', 'tallyUnclear'],
] as const satisfies readonly (readonly [DrillOutcome, Word])[];

const TALLY = new Intl.ListFormat(browser.i18n.getUILanguage(), { style: 'narrow' });

/** How many of a thief's requests were made, what came of them, and why the others were not made: the numbers add up. */
export function tallyWords(lines: readonly DrillLine[]): string {
  const attacks = lines.filter(({ attempt }) => isAttack(attempt));
  const sizeOf = (wanted: DrillOutcome) => attacks.filter(({ outcome }) => outcome === wanted).length;
  const skipped = attacks.filter((line) => line.outcome === 'skipped');
  const tally = triedWords(attacks.length - skipped.length, sizeOf);
  if (skipped.length === 0) return tally;
  const reasons = new Set(skipped.map(({ skipped: reason }) => say(SKIPPED[reason][1])));
  return say('tallySkipped', tally, figure(skipped.length), TALLY.format(reasons));
}

function triedWords(tried: number, sizeOf: (outcome: DrillOutcome) => number): string {
  const all = figure(ATTEMPTS.filter(isAttack).length);
  if (tried === 0) return say('tallyNone', all);
  if (sizeOf('refused') === tried) return say('tallyAllRefused', figure(tried), all);
  const outcomes = TALLIED.filter(([outcome]) => sizeOf(outcome) > 0);
  const sizes = outcomes.map(([outcome, word]) => say(word, figure(sizeOf(outcome))));
  return say('tallyTried', figure(tried), all, TALLY.format(sizes));
}

/** How much a line asks for a look: what a thief can use comes first, what is as it should be last. */
const weightOf = ({ attempt, outcome }: DrillLine): number => {
  if (outcome === 'accepted' || outcome === 'repeated') {
    if (isTheft(attempt)) return 0;
    const level = levelOf(attempt);
    return level === undefined ? 5 : { must: 1, should: 2, hardening: 3 }[level];
  }
  return outcome === 'unclear' || (outcome === 'refused' && levelOf(attempt) === undefined) ? 4 : 5;
};

/** The lines of a drill that is over, failures first; what is alike stays in the order of the drill. */
export function worstFirst(lines: readonly DrillLine[]): readonly DrillLine[] {
  return lines.toSorted((a, b) => weightOf(a) - weightOf(b));
}

/** What it means that the server repeats the token, where it does: the verdict says nothing of that. */
export function repetitionWords(lines: readonly DrillLine[]): string | undefined {
  return lines.some(({ outcome }) => outcome === 'repeated') ? say('repeatsTokenWhat') : undefined;
}

const named = (attempts: readonly Attempt[]): string =>
  listed(attempts.map((attempt) => say('drillQuoted', attemptWords(attempt))));

/** Status and error code of an answer; what the server said beside them is a sentence of its own. */
export function answerWords({ status, error }: DrillAnswer): string {
  return [status === 0 ? say('drillNoAnswer') : String(status), error].filter(Boolean).join(' ');
}

/** What there is to say of a line: what to change, why it may be, or why nothing can be said of it. */
export function remarkOn(line: DrillLine): string | undefined {
  const { attempt, outcome } = line;
  const [, advice] = ATTEMPT_WORDS[attempt] as readonly [Word, Word?];
  if (outcome === 'accepted' || outcome === 'repeated') {
    const change = advice && (outcome === 'repeated' ? say(advice, named(line.by)) : say(advice));
    return change && say(isRequired(attempt) ? 'drillChange' : 'drillRecommend', change);
  }
  if (outcome === 'tolerated') return say('outcomeToleratedWhat');
  if (outcome === 'unclear') return say('outcomeUnclearWhat');
  return outcome === 'skipped' ? say(SKIPPED[line.skipped][0]) : undefined;
}
