import type { Approach, Attempt } from '../theft/attempt.ts';
import type { ActOutcome } from './act.ts';

/** What was seen, and whether it is as it has to be. */
export interface Verdict {
  readonly seen: string;
  readonly asExpected: boolean;
}

/** What Holdfast makes of a session: bound where its servers can, held where they know bearer tokens alone. */
export type Kept = 'bound' | 'held';

/** One line of the table: the same thing tried on a bearer session and on a Holdfast session. */
export interface Line {
  readonly tried: string;
  readonly bearer: Verdict | Remark;
  readonly holdfast: Verdict;
}

/** Said where there is nothing that could be right or wrong. */
export type Remark = string;

/**
 * The lines of one agent at one pair of servers. Where no bearer session can be, there is nothing to compare with.
 *
 * @param kept what Holdfast is to make of the agent's session
 */
export function linesOf(
  bearer: ActOutcome,
  holdfast: ActOutcome,
  bearerMayGetIn: boolean,
  kept: Kept,
): readonly Line[] {
  const lines: readonly Line[] = [
    {
      tried: 'What the MCP server sees of its requests',
      bearer: bearerRequests(bearer),
      holdfast: kept === 'bound' ? boundRequests(holdfast) : heldRequests(holdfast),
    },
    { tried: 'What script in the page can read', bearer: bearerReadings(bearer), holdfast: keptReadings(holdfast) },
    ...THEFTS.map(({ tried, of, approaches, opens }) => ({
      tried,
      bearer: of === 'attempts' ? theft(bearer[of], approaches, opens.bearer) : SAME_TOKEN,
      holdfast: theft(holdfast[of], approaches, opens[kept]),
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

/** What has to come of a theft; nothing where it need not be tried, because an easier way has worked. */
type Outcome = Attempt['verdict'] | 'no need';

interface Theft {
  readonly tried: string;
  readonly of: 'attempts' | 'attemptsElsewhere';
  /** The ways that it is tried in, the easiest first. */
  readonly approaches: readonly Approach[];
  readonly opens: Readonly<Record<'bearer' | Kept, Outcome>>;
}

const NOTHING = { bearer: 'no need', bound: 'refused', held: 'refused' } as const;
/** Whoever has a bearer token elsewhere is its client, held or not. */
const UNLESS_BOUND = { bearer: 'got-in', bound: 'refused', held: 'got-in' } as const;

const THEFTS: readonly Theft[] = [
  {
    tried: 'Thief: the page’s access token, as it is',
    of: 'attempts',
    approaches: ['bearer'],
    opens: { ...NOTHING, bearer: 'got-in' },
  },
  { tried: 'Thief: the same, with a key of its own', of: 'attempts', approaches: ['own-key'], opens: NOTHING },
  {
    tried: 'Thief: the page’s refresh token',
    of: 'attempts',
    approaches: ['refresh'],
    opens: { ...NOTHING, bearer: 'got-in' },
  },
  { tried: 'Thief: the same, with a key of its own', of: 'attempts', approaches: ['refresh-own-key'], opens: NOTHING },
  {
    tried: 'Thief: the real access token, from a log',
    of: 'attemptsElsewhere',
    approaches: ['bearer'],
    opens: UNLESS_BOUND,
  },
  {
    tried: 'Thief: the same, with a key of its own',
    of: 'attemptsElsewhere',
    approaches: ['own-key'],
    opens: { ...NOTHING, held: 'no need' },
  },
  {
    tried: 'Thief: the real refresh token, from a log',
    of: 'attemptsElsewhere',
    approaches: ['refresh', 'refresh-own-key'],
    opens: UNLESS_BOUND,
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

/** Bearer tokens, as their servers want them, and none where a preflight would show it. */
function heldRequests(outcome: ActOutcome): Verdict {
  const { seen, asExpected } = bearerRequests(outcome);
  const onPreflight = outcome.requests.filter(({ tokenOnOptions }) => tokenOnOptions).length;
  return {
    seen: `${seen}, ${onPreflight ? `${onPreflight} preflights with a token` : 'no token on a preflight'}`,
    asExpected: asExpected && onPreflight === 0,
  };
}

function bearerReadings({ readableTokens, readableHandles }: ActOutcome): Verdict {
  return { seen: `${readableTokens} real tokens`, asExpected: readableTokens > 0 && readableHandles === 0 };
}

function keptReadings({ readableTokens, readableHandles }: ActOutcome): Verdict {
  return {
    seen: `${readableHandles} handles, ${readableTokens || 'no'} real token${readableTokens > 1 ? 's' : ''}`,
    asExpected: readableTokens === 0 && readableHandles > 0,
  };
}

function theft(attempts: readonly Attempt[], approaches: readonly Approach[], expected: Outcome): Verdict {
  const tried = attempts.filter(({ approach }) => approaches.includes(approach));
  const last = tried.at(-1);
  if (!last)
    return { seen: expected === 'no need' ? 'no need to' : 'was not tried', asExpected: expected === 'no need' };
  const answer = [last.status, last.error].filter(Boolean).join(' ');
  const seen = last.notes ? `GOT IN: reads ${last.notes.length} notes` : `refused: ${answer}`;
  const isEach = tried.every(({ verdict }) => verdict === expected);
  return { seen, asExpected: isEach || (expected === 'got-in' && last.verdict === 'got-in') };
}
