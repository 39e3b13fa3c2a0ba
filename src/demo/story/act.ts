import type { ResourceServerEntry } from '../resource/log.ts';
import type { Demo } from '../start.ts';
import type { Attempt } from '../theft/attempt.ts';
import { breakIn } from '../theft/break-in.ts';
import type { StageDriver } from './stage.ts';

/** What one act came to, as the servers saw it. */
export interface ActOutcome {
  /** Why the agent did not get in, in its own words. The rest is empty then. */
  readonly problem?: string;
  /** The agent's own requests to the MCP server. */
  readonly requests: readonly ResourceServerEntry[];
  /** How many of the tokens that were issued in this act the page can read. */
  readonly readableTokens: number;
  readonly readableHandles: number;
  /** The thief's, with what it took from this page. */
  readonly attempts: readonly Attempt[];
  /** The thief's with the real tokens from somewhere else, a log or a proxy. Empty where the page had them already. */
  readonly attemptsElsewhere: readonly Attempt[];
}

/**
 * Sign in, work, be robbed: the same clicks in both acts. The stage is open already.
 *
 * @param note the title of the note that is written
 */
export async function playAct(stage: StageDriver, demo: Demo, note: string): Promise<ActOutcome> {
  const { issued } = demo.auth;
  const firstRequest = demo.mcp.log.length;
  const firstToken = { access: issued.accessTokens.length, refresh: issued.refreshTokens.length };
  const requests = () => demo.mcp.log.slice(firstRequest).filter(({ origin }) => origin === demo.agent.origin);

  const problem = await stage.signIn();
  if (problem) {
    return {
      problem,
      requests: requests(),
      readableTokens: 0,
      readableHandles: 0,
      attempts: [],
      attemptsElsewhere: [],
    };
  }
  await stage.work(note);

  const readable = await stage.readable();
  const real = {
    accessTokens: issued.accessTokens.slice(firstToken.access),
    refreshTokens: issued.refreshTokens.slice(firstToken.refresh),
  };
  const seen = requests();
  await stage.steal();
  const attempts = await stage.tryOut();
  const loot = demo.thief.loot.at(-1);
  if (!loot) throw new Error('Nothing arrived at the thief.');
  const tokens = [...real.accessTokens, ...real.refreshTokens];
  const readableTokens = tokens.filter((token) => readable.includes(token)).length;
  return {
    requests: seen,
    readableTokens,
    readableHandles: new Set(readable.match(/\bhfr?_[\w-]{43}\b/g)).size,
    attempts,
    attemptsElsewhere: readableTokens > 0 ? [] : await all(breakIn({ ...loot, finds: { ...loot.finds, ...real } })),
  };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
