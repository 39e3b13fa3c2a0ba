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

export async function signInByHand(page: Page, options: ByHandOptions): Promise<void> {
  await approved(options.resource, async () => {
    const before = page.url();
    const back = page.waitForURL((url) => url.pathname === '/callback' && url.href !== before);
    await Promise.all([back, page.evaluate((given) => window.byHand.signIn(given), options).catch(() => undefined)]);
  });
  await page.waitForFunction(() => 'byHand' in window);
  const answer = await page.evaluate(() => window.byHand.finish());
  expect(answer.text).toContain('access_token');
}
