import type { Page } from '@playwright/test';
import type { ResourceServer } from '../src/demo/resource-server.ts';
import type { AgentOptions } from './support/agent-page/options.ts';
import { chooseIn } from './support/menu.ts';
import {
  authorizeAgain,
  call,
  callAnew,
  clearLog,
  connect,
  consent,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  redeem,
  shareScene,
  signIn,
  signInAsPerson,
  test,
  type World,
} from './support/world.ts';

test.describe('an agent at a server that it does not know yet', () => {
  const scene = shareScene(async (world) => {
    const servers = {
      v1: await world.servers(),
      v2: await world.servers(),
      rotating: await world.servers({ mcp: { rotateEveryResponse: true } }),
      other: await world.servers(),
    };
    const [agent, neighbour] = [await world.agent(), await world.agent()];
    const all = Object.values(servers).flatMap(({ auth, mcp }) => [auth, mcp]);
    const browser = await world.protect(agent, all);
    return { ...servers.other, servers, agent, neighbour, browser, world, page: await openAgent(browser, agent) };
  });

  test.beforeEach(async () => {
    const { auth, mcp, agent, browser, page } = scene();
    for (const server of [auth, mcp]) clearLog(server);
    await browser.context.clearCookies({ domain: new URL(auth.origin).hostname });
    await page.evaluate(() => localStorage.clear());
    await page.goto(agent.origin);
    await page.waitForFunction(() => 'agent' in window);
  });

  for (const sdk of ['v1', 'v2'] as const) {
    test(`an unmodified ${sdk} agent works against servers that demand DPoP and nonces, and refreshes`, async () => {
      const { agent, page, servers } = scene();
      const { auth, mcp } = servers[sdk];
      await signInAsPerson(page, { sdk, resource: mcp.resource });
      for (let index = 0; index < 5; index += 1) await call(page);
      await call(page, 'write_note', { title: 'From the test', text: 'Written with a bound token.' });
      expectBoundOnly(mcp);
      expect(mcp.log.filter(({ tool, status }) => tool && status === 200)).toHaveLength(6);

      const request = auth.log.find(({ endpoint, codeChallenge }) => endpoint === 'authorization' && codeChallenge);
      expect(request?.dpopJkt).toMatch(/^[\w-]{43}$/);
      const proofs = auth.log.filter(({ endpoint, method }) => endpoint === 'token' && method === 'POST');
      expect(proofs.map(({ status, error }) => error ?? status)).toEqual(['use_dpop_nonce', 200]);
      expect(proofs.every(({ origin }) => origin === agent.origin)).toBe(true);

      const tokens = () => page.evaluate((version) => window.agent.tokens(version), sdk);
      const before = await tokens();
      expect(before).toMatchObject({ token_type: 'Bearer' });
      expect(before.access_token).toMatch(/^hf_/);
      expect(before.refresh_token).toMatch(/^hfr_/);

      await test.step('refreshes: the real token changes, its handles stay', async () => {
        await callAnew(page, auth, mcp);
        const after = await tokens();
        expect([after.access_token, after.refresh_token]).toEqual([before.access_token, before.refresh_token]);
        expect(new Set(auth.issued.accessTokens).size).toBeGreaterThan(1);
        expectBoundOnly(mcp);
      });
    });
  }

  test('a sign-in window with a callback page of its own binds too', async () => {
    const { auth, mcp, browser, page } = scene();
    const options = { sdk: 'v2' as const, resource: mcp.resource, popup: true };
    const opened = browser.context.waitForEvent('page');
    await page.evaluate((given) => window.agent.connect(given), options);
    const signInWindow = await opened;
    await consent(signInWindow);
    await expect.poll(() => page.evaluate(() => window.agent.callbacks())).toHaveLength(1);
    const [callback = ''] = await page.evaluate(() => window.agent.callbacks());
    await page.evaluate(([given, search]) => window.agent.finish(given, search), [options, callback] as const);
    await connect(page, options);
    await call(page);
    expectBoundOnly(mcp);
    expect(auth.log.find(({ codeChallenge }) => codeChallenge)?.dpopJkt).toBeDefined();
  });

  test('agents at two ports of one host sign in with the key that their request named, and one goes on without the other', async () => {
    const { auth, mcp, world, neighbour, page } = scene();
    const browser = await world.protect(neighbour, [auth, mcp]);
    const options = { sdk: 'v2', resource: mcp.resource } as const;
    await signIn(page, options);
    await signIn(await openAgent(browser, neighbour), options);

    /** Its client remembers the discovery, and the server the consent: only a rule can name the key. */
    const signInAgain = async () => {
      await page.evaluate(() => localStorage.removeItem('v2.a.tokens'));
      await page.evaluate(() => history.replaceState(null, '', '/'));
      await authorizeAgain(page, options);
      await redeem(page, options);
      await call(page);
    };
    await signInAgain();
    const popup = await openPopup(browser, neighbour.origin);
    await chooseIn(popup, 'Protected', 'Stop protecting…');
    await popup.getByRole('button', { name: 'Stop protecting' }).click();
    await expect(popup.getByText('Not protected')).toBeVisible();
    await signInAgain();
    expectBoundOnly(mcp);
    const named = auth.log.filter(({ endpoint, codeChallenge }) => endpoint === 'authorization' && codeChallenge);
    expect(named.map(({ dpopJkt }) => dpopJkt)).toEqual(named.map(() => expect.stringMatching(/^[\w-]{43}$/)));
    expect(new Set(named.map(({ dpopJkt }) => dpopJkt)).size).toBe(4);
  });

  test('nonces that change with every response are followed', async () => {
    const { page, servers } = scene();
    const { mcp } = servers.rotating;
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    for (let index = 0; index < 10; index += 1) await call(page);
    expectBoundOnly(mcp);
  });

  test('two accounts of one agent take turns in one tab, and do not mix', async () => {
    const { auth, mcp, browser, page } = scene();
    for (const account of ['ada', 'grace']) {
      await browser.context.clearCookies({ domain: new URL(auth.origin).hostname }); // the server forgets who was there
      await signIn(page, { sdk: 'v2', resource: mcp.resource, account }, account);
    }
    const answers = await page.evaluate(() =>
      Promise.all(
        Array.from({ length: 20 }, (_, index) => window.agent.call('list_notes', {}, index % 2 ? 'ada' : 'grace')),
      ),
    );
    const owners = answers.map((answer) =>
      /\\"owner\\":\\"(\w+)\\"|"owner":"(\w+)"/.exec(JSON.stringify(answer))?.slice(1).find(Boolean),
    );
    expect(owners).toEqual(Array.from({ length: 20 }, (_, index) => (index % 2 ? 'ada' : 'grace')));
    expectBoundOnly(mcp);
  });
});

interface Wanted {
  readonly account: string;
  readonly mcp: ResourceServer;
}

/** What a server may want of an agent, or an agent do of its own accord. Holdfast looks at four servers of a page at most. */
const WANTS: readonly {
  readonly name: string;
  readonly servers?: Parameters<World['servers']>[0];
  readonly habits?: Pick<AgentOptions, 'ownDpop'>;
  expectServed(page: Page, wanted: Wanted): unknown;
}[] = [
  ...['RS256', 'Ed25519'].map((algorithm) => ({
    name: `a server that demands ${algorithm} gets it`,
    servers: { auth: { dpopAlgorithms: [algorithm] }, mcp: { dpopAlgorithms: [algorithm] } },
    expectServed: (_: Page, { mcp }: Wanted) => expect(mcp.log.at(-1)?.proof?.header?.alg).toBe(algorithm),
  })),
  {
    name: 'an MCP server that takes RS256 alone gets it, whatever its authorization server offers before',
    servers: { auth: { dpopAlgorithms: ['ES256', 'RS256'] }, mcp: { dpopAlgorithms: ['RS256'] } },
    expectServed: (_, { mcp }) => expect(mcp.log.at(-1)?.proof?.header.alg).toBe('RS256'),
  },
  {
    name: 'a page that does its own DPoP works, with Holdfast’s key in place of its own',
    servers: { mcp: { corsAllowsDpop: true } },
    habits: { ownDpop: true },
    async expectServed(page, { mcp, account }) {
      const tokens = await page.evaluate((who) => window.agent.tokens('v2', who), account);
      expect(tokens.token_type).toBe('DPoP');
      expect(tokens.access_token).toMatch(/^hf_/);
      expect(mcp.log.every(({ proofs }) => proofs <= 1)).toBe(true);
    },
  },
];

test('a page signs in at servers that each want something else, at once', async ({ world }) => {
  const wants = await Promise.all(
    WANTS.map(async (each, index) => ({ ...each, account: String(index), ...(await world.servers(each.servers)) })),
  );
  const agent = await world.agent();
  const browser = await world.protect(
    agent,
    wants.flatMap(({ auth, mcp }) => [auth, mcp]),
  );
  const page = await openAgent(browser, agent);
  await Promise.all(
    wants.map(async ({ mcp, account, habits }) => {
      await signIn(page, { sdk: 'v2', resource: mcp.resource, account, ...habits });
      await call(page, 'list_notes', {}, account);
    }),
  );
  for (const { name, expectServed, ...wanted } of wants) {
    await test.step(name, async () => {
      await expectServed(page, wanted);
      expectBoundOnly(wanted.mcp);
    });
  }
});
