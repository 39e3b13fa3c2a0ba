import type { DrillAnswer, DrillLine, RequestAttempt, UnclearReason, Verdict } from '../../model/drill.ts';
import { answerIn, gradeOf, isAttack } from '../../model/drill.ts';
import { parseChallenges } from '../../protocol/http/challenge.ts';
import { loggable, quotable } from '../../protocol/oauth/error-code.ts';
import type { ProbeReply, Reply } from '../ports.ts';
import { repeats } from '../tokens/repetition.ts';

type AnsweredLine = Extract<DrillLine, { answer: DrillAnswer }>;
const isAnswered = (line: DrillLine): line is AnsweredLine => answerIn(line) !== undefined;

/**
 * What an answer to an attempt comes to.
 *
 * @param before the lines of the attempts before it
 */
export function outcomeOf(
  attempt: RequestAttempt,
  status: number,
  before: readonly DrillLine[],
): AnsweredLine['outcome'] {
  if (status >= 200 && status < 300) {
    const isOfAge = attempt === 'stale' || attempt === 'future';
    return isOfAge && nonceTellsAge(before) ? 'tolerated' : 'accepted';
  }
  return status === 400 || status === 401 || status === 403 ? 'refused' : 'unclear';
}

/** A server that takes its own nonces alone need not look at `iat` as well (RFC 9449 §4.3, check 11). */
function nonceTellsAge(lines: readonly DrillLine[]): boolean {
  const isRefused = (wanted: RequestAttempt) =>
    lines.some(({ attempt, outcome }) => attempt === wanted && outcome === 'refused');
  return isRefused('noNonce') && isRefused('wrongNonce');
}

/** Whether the server asks for fewer requests (RFC 6585 §4, RFC 9110 §10.2.3). */
export function isRateLimited({ status, header }: Reply): boolean {
  return status === 429 || (status === 503 && header('Retry-After') !== null);
}

/** The server's own words, as far as they are shown. @param secrets what must not be repeated */
export function answerOf({ status, body, header }: Reply, secrets: readonly string[]): DrillAnswer {
  const challenges = parseChallenges(header('WWW-Authenticate') ?? '').map(({ parameters }) => parameters);
  const isServed = status >= 200 && status < 300;
  const said = challenges.find(({ error }) => error !== undefined) ?? (isServed ? {} : errorIn(body));
  const description = said.error_description && wordsOf(said.error_description, secrets);
  return { status, error: loggable(said.error), ...(description && { description }) };
}

/** A sentence of the server's. One that has a secret in it in other letters is not shown at all. */
function wordsOf(sentence: string, secrets: readonly string[]): string {
  const isInOtherLetters = secrets.some((secret) => repeats(sentence.replaceAll(secret, ''), secret));
  return isInOtherLetters ? '…' : quotable(sentence, secrets);
}

/** Whether an answer has the token in it, in a header field or in what was read of its body. */
export function repeatsToken({ body, fields }: ProbeReply, accessToken: string): boolean {
  return [...fields, body].some((text) => repeats(text, accessToken));
}

/** What the lines come to. @param ending why the drill ended before its end */
export function verdictOf(lines: readonly DrillLine[], ending: UnclearReason | undefined): Verdict {
  const tried = lines.filter(isAnswered).filter(({ attempt }) => isAttack(attempt));
  const accepted = tried.filter(({ outcome }) => outcome === 'accepted');
  const faults = [...accepted, ...lines.filter(({ outcome }) => outcome === 'repeated')];
  const grade = gradeOf(faults.map(({ attempt }) => attempt));
  // What was let in was let in, whatever came of the rest.
  if (grade && grade.kind !== 'advised') return grade;
  if (ending) return { kind: 'unclear', reason: ending };
  const after = lines.find(({ attempt }) => attempt === 'controlAgain');
  if (after?.outcome !== 'accepted') return { kind: 'unclear', reason: 'controlFailedAfter' };
  const refused = tried.filter(({ outcome }) => outcome === 'refused').length;
  const untold = tried.filter(({ outcome }) => outcome === 'unclear').length;
  if (untold > refused) return { kind: 'unclear', reason: 'answersUnclear' };
  return grade ?? { kind: 'enforced', refused, ...(untold > 0 && { untold }) };
}

function errorIn(body: string): { readonly error?: string; readonly error_description?: string } {
  try {
    const { error, error_description } = JSON.parse(body);
    if (typeof error?.message === 'string') return { error_description: error.message };
    return {
      ...(typeof error === 'string' && { error }),
      ...(typeof error_description === 'string' && { error_description }),
    };
  } catch {
    return {}; // not JSON: nothing that is sure to be meant for reading
  }
}
