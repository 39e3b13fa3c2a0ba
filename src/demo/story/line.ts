import type { Approach, Attempt } from '../theft/attempt.ts';
import type { ActOutcome } from './act.ts';

/** What was seen, and whether it is as it has to be. */
export interface Verdict {
  readonly seen: string;
  readonly asExpected: boolean;
}

/** One line of the table: the same thing tried on a bearer session and on a Holdfast session. */
export interface Line {
  readonly tried: string;
  readonly bearer: Verdict;
  readonly holdfast: Verdict;
}

/** The lines of one agent at one pair of servers. */
export function linesOf(bearer: ActOutcome, holdfast: ActOutcome, bearerMayGetIn: boolean): readonly Line[] {
  const none: Verdict = { seen: 'no session', asExpected: !bearerMayGetIn };
  const lines: Line[] = [
    {
      tried: 'The agent signs in, writes a note and reads it',
      bearer: works(bearer, bearerMayGetIn),
      holdfast: works(holdfast, true),
    },
    {
      tried: 'What the MCP server sees of its requests',
      bearer: bearerRequests(bearer),
      holdfast: boundRequests(holdfast),
    },
    { tried: 'What script in the page can read', bearer: bearerReadings(bearer), holdfast: boundReadings(holdfast) },
    ...THEFTS.map(({ tried, approach, bearerLosesTo }) => ({
      tried: `The thief ${tried}`,
      bearer: theft(bearer.attempts, approach, bearerLosesTo ? 'got-in' : undefined),
      holdfast: theft(holdfast.attempts, approach, 'refused'),
    })),
  ];
  return bearerMayGetIn ? lines : lines.map((line, index) => (index === 0 ? line : { ...line, bearer: none }));
}

const THEFTS: readonly { readonly approach: Approach; readonly tried: string; readonly bearerLosesTo: boolean }[] = [
  { approach: 'bearer', tried: 'uses the access token as it is', bearerLosesTo: true },
  { approach: 'own-key', tried: 'uses it with a key of its own', bearerLosesTo: false },
  { approach: 'refresh', tried: 'refreshes', bearerLosesTo: true },
  { approach: 'refresh-own-key', tried: 'refreshes with a key of its own', bearerLosesTo: false },
];

function works({ problem, requests }: ActOutcome, expected: boolean): Verdict {
  const calls = requests.filter(({ tool, status }) => tool && status === 200).length;
  const got = problem === undefined && calls > 0;
  return { seen: problem ?? `works: ${calls} tool calls answered`, asExpected: got === expected };
}

function bearerRequests({ requests }: ActOutcome): Verdict {
  const presented = requests.filter(({ scheme }) => scheme);
  const bearers = presented.filter(({ scheme, proofs }) => scheme === 'Bearer' && proofs === 0);
  return {
    seen: `${bearers.length} of ${presented.length} with a bearer token`,
    asExpected: presented.length > 0 && bearers.length === presented.length,
  };
}

/** RFC 9449 §4.3 and §7.1, as far as a log can tell; the server itself has checked the rest. */
function boundRequests({ requests }: ActOutcome): Verdict {
  const presented = requests.filter(({ scheme }) => scheme);
  const fresh = new Set(presented.map(({ proof }) => proof?.claims.jti)).size === presented.length;
  const bound = presented.filter(({ scheme, proofs, athOk }) => scheme === 'DPoP' && proofs === 1 && athOk);
  const onPreflight = requests.filter(({ tokenOnOptions }) => tokenOnOptions).length;
  return {
    seen: [
      `${bound.length} of ${presented.length} with a DPoP proof and its ath`,
      fresh ? 'no jti twice' : 'a jti came twice',
      onPreflight ? `${onPreflight} preflights with a token` : 'no token on a preflight',
    ].join(', '),
    asExpected: presented.length > 0 && bound.length === presented.length && fresh && onPreflight === 0,
  };
}

function bearerReadings({ readableTokens, readableHandles }: ActOutcome): Verdict {
  return { seen: `${readableTokens} real tokens`, asExpected: readableTokens > 0 && readableHandles === 0 };
}

function boundReadings({ readableTokens, readableHandles }: ActOutcome): Verdict {
  return {
    seen: `${readableHandles} handles, ${readableTokens || 'no'} real token${readableTokens > 1 ? 's' : ''}`,
    asExpected: readableTokens === 0 && readableHandles > 0,
  };
}

/** @param expected what has to come of it; `undefined` where it need not be tried, because an easier way worked */
function theft(attempts: readonly Attempt[], approach: Approach, expected: Attempt['verdict'] | undefined): Verdict {
  const tried = attempts.filter((attempt) => attempt.approach === approach);
  const [one] = tried;
  if (!one) return { seen: expected ? 'was not tried' : 'no need to', asExpected: expected === undefined };
  const answer = [one.status, one.error].filter(Boolean).join(' ');
  const seen = one.notes ? `GOT IN: reads ${one.notes.length} notes` : `refused: ${answer}`;
  return { seen, asExpected: tried.every(({ verdict }) => verdict === expected) };
}
