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
  readonly bearer: Verdict | Remark;
  readonly holdfast: Verdict;
}

/** Said where there is nothing that could be right or wrong. */
export type Remark = string;

/** The lines of one agent at one pair of servers. Where no bearer session can be, there is nothing to compare with. */
export function linesOf(bearer: ActOutcome, holdfast: ActOutcome, bearerMayGetIn: boolean): readonly Line[] {
  const lines: readonly Line[] = [
    {
      tried: 'What the MCP server sees of its requests',
      bearer: bearerRequests(bearer),
      holdfast: boundRequests(holdfast),
    },
    { tried: 'What script in the page can read', bearer: bearerReadings(bearer), holdfast: boundReadings(holdfast) },
    ...THEFTS.map(({ tried, of, approach, bearerLosesTo }) => ({
      tried,
      bearer: of === 'attempts' ? theft(bearer[of], approach, bearerLosesTo ? 'got-in' : undefined) : SAME_TOKEN,
      holdfast: theft(holdfast[of], approach, 'refused'),
    })),
  ];
  return [
    {
      tried: 'The agent signs in, writes a note and reads it',
      bearer: works(bearer, bearerMayGetIn),
      holdfast: works(holdfast, true),
    },
    ...lines.map((line) => (bearerMayGetIn ? line : { ...line, bearer: NO_SESSION })),
  ];
}

export const NO_SESSION: Remark = '–';

/** A bearer session's real token is the one that the page has. */
const SAME_TOKEN: Remark = 'the same token';

interface Theft {
  readonly tried: string;
  readonly of: 'attempts' | 'attemptsElsewhere';
  readonly approach: Approach;
  readonly bearerLosesTo: boolean;
}

const THEFTS: readonly Theft[] = [
  {
    tried: 'Thief: the page’s access token, as it is',
    of: 'attempts',
    approach: 'bearer',
    bearerLosesTo: true,
  },
  {
    tried: 'Thief: the same, with a key of its own',
    of: 'attempts',
    approach: 'own-key',
    bearerLosesTo: false,
  },
  {
    tried: 'Thief: the page’s refresh token',
    of: 'attempts',
    approach: 'refresh',
    bearerLosesTo: true,
  },
  {
    tried: 'Thief: the same, with a key of its own',
    of: 'attempts',
    approach: 'refresh-own-key',
    bearerLosesTo: false,
  },
  {
    tried: 'Thief: the real access token, from a log',
    of: 'attemptsElsewhere',
    approach: 'bearer',
    bearerLosesTo: true,
  },
  {
    tried: 'Thief: the same, with a key of its own',
    of: 'attemptsElsewhere',
    approach: 'own-key',
    bearerLosesTo: false,
  },
  {
    tried: 'Thief: the real refresh token, from a log',
    of: 'attemptsElsewhere',
    approach: 'refresh-own-key',
    bearerLosesTo: false,
  },
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

/** @param expected what has to come of it; `undefined` where nothing has to be tried, because an easier way worked */
function theft(attempts: readonly Attempt[], approach: Approach, expected: Attempt['verdict'] | undefined): Verdict {
  const tried = attempts.filter((attempt) => attempt.approach === approach);
  const [one] = tried;
  if (!one) return { seen: expected ? 'was not tried' : 'no need to', asExpected: expected === undefined };
  const answer = [one.status, one.error].filter(Boolean).join(' ');
  const seen = one.notes ? `GOT IN: reads ${one.notes.length} notes` : `refused: ${answer}`;
  return { seen, asExpected: tried.every(({ verdict }) => verdict === expected) };
}
