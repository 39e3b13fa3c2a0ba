import type { Page } from '@playwright/test';
import type { ByHandOptions } from './agent-page/by-hand.ts';
import { approved, expect, openAgent, type World } from './world.ts';

/** The agent without an SDK, signed in on a protected site. */
export async function signedInByHand(
  world: World,
  habits: Partial<ByHandOptions> = { discovers: true, namesResource: true },
  servers: Parameters<World['servers']>[0] = {},
  others: Parameters<World['protect']>[1] = [],
  within = world.shared,
) {
  const { auth, mcp } = await world.servers(servers);
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp, ...others], within);
  const page = await openAgent(browser, agent);
  await signInByHand(page, { issuer: auth.issuer, resource: mcp.resource, ...habits });
  return { agent, auth, mcp, browser, page };
}

/** The whole sign-in, in a frame of the agent's. */
export async function signInByHand(page: Page, options: ByHandOptions): Promise<void> {
  const signingIn = () => page.evaluate((given) => window.byHand.signInByFrame(given), options);
  const answer = await approved(options.resource, signingIn);
  expect(answer.text).toContain('access_token');
}
