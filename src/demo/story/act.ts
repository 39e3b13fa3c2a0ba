import type { SdkVersion } from '../agent/settings.ts';
import type { ResourceServerEntry } from '../resource/log.ts';
import type { Demo } from '../start.ts';
import type { Attempt } from '../theft/attempt.ts';
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
}

/** Sign in, work, be robbed: the same clicks in both acts. The stage is open already. */
export async function playAct(stage: StageDriver, demo: Demo, sdk: SdkVersion): Promise<ActOutcome> {
  const { issued } = demo.auth;
  const firstRequest = demo.mcp.log.length;
  const firstToken = { access: issued.accessTokens.length, refresh: issued.refreshTokens.length };
  const requests = () => demo.mcp.log.slice(firstRequest).filter(({ origin }) => origin === demo.agent.origin);

  const problem = await stage.signIn();
  if (problem) return { problem, requests: requests(), readableTokens: 0, readableHandles: 0, attempts: [] };
  await stage.work(`Packing list, ${sdk}`);

  const readable = await stage.readable();
  const tokens = [...issued.accessTokens.slice(firstToken.access), ...issued.refreshTokens.slice(firstToken.refresh)];
  await stage.steal();
  return {
    requests: requests(),
    readableTokens: tokens.filter((token) => readable.includes(token)).length,
    readableHandles: new Set(readable.match(/\bhfr?_[\w-]{43}\b/g)).size,
    attempts: await stage.tryOut(),
  };
}
