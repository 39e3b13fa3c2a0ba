import { call, expect, openAgent, signIn, test } from './support/world.ts';

for (const sdk of ['v1', 'v2'] as const) {
  test(`an unmodified ${sdk} agent works against servers that demand DPoP and nonces`, async ({ world }) => {
    const { auth, mcp } = await world.servers();
    const agent = await world.agent();
    const browser = await world.protectedBrowser(agent, [auth, mcp]);
    const page = await openAgent(browser, agent);
    await signIn(page, { sdk, resource: mcp.resource });
    await call(page);
    expect(mcp.log.filter((entry) => entry.status === 200 && entry.method === 'POST').length).toBeGreaterThan(1);
  });
}
