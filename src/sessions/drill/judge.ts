import {
  type Attempt,
  type DrillAnswer,
  type DrillLine,
  type DrillOutcome,
  isControl,
  type UnclearReason,
  type Verdict,
} from '../../model/drill.ts';
import { parseChallenges } from '../../protocol/http/challenge.ts';
import { loggable, quotable } from '../../protocol/oauth/error-code.ts';
import type { Reply } from '../ports.ts';

/**
 * What an answer to an attempt comes to.
 *
 * @param before the lines of the attempts before it
 */
export function outcomeOf(
  attempt: Attempt,
  status: number,
  before: readonly DrillLine[],
): Exclude<DrillOutcome, 'skipped'> {
  if (status >= 200 && status < 300) {
    const isOfAge = attempt === 'stale' || attempt === 'future';
    return isOfAge && nonceTellsAge(before) ? 'tolerated' : 'accepted';
  }
  return status === 400 || status === 401 || status === 403 ? 'refused' : 'unclear';
}

/** A server that takes its own nonces alone need not look at `iat` as well (RFC 9449 §4.3, check 11). */
function nonceTellsAge(lines: readonly DrillLine[]): boolean {
  const isRefused = (wanted: Attempt) =>
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
  const said = challenges.find(({ error }) => error !== undefined) ?? errorIn(body);
  const description = said.error_description && quotable(said.error_description, secrets);
  return { status, error: loggable(said.error), ...(description && { description }) };
}

/** What the lines come to. @param ending why the drill ended before its end */
export function verdictOf(lines: readonly DrillLine[], ending: UnclearReason | undefined): Verdict {
  const attacks = lines.filter(({ attempt }) => !isControl(attempt));
  const tried = attacks.filter(({ outcome }) => outcome !== 'skipped');
  const accepted = tried.filter(({ outcome }) => outcome === 'accepted').map(({ attempt }) => attempt);
  // What was let in was let in, whatever came of the rest.
  if (accepted.length > 0) return { kind: 'notEnforced', accepted, tried: tried.length };
  if (ending) return { kind: 'unclear', reason: ending };
  if (lines.at(-1)?.outcome !== 'accepted') return { kind: 'unclear', reason: 'controlFailedAfter' };
  if (tried.some(({ outcome }) => outcome === 'unclear')) return { kind: 'unclear', reason: 'answersUnclear' };
  return { kind: 'enforced', refused: tried.filter(({ outcome }) => outcome === 'refused').length };
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
