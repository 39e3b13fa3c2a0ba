import { chooseIn } from './support/menu.ts';
import {
  authorizeAgain,
  type Browser,
  call,
  connect,
  consent,
  expect,
  expectBoundOnly,
  finishSignIn,
  openAgent,
  openPopup,
  redeem,
  signIn,
  signInAsPerson,
  startSignIn,
  test,
} from './support/world.ts';

for (const sdk of ['v1', 'v2'] as const) {
  test(`an unmodified ${sdk} agent works against servers that demand DPoP and nonces`, async ({ world }) => {
    const { auth, mcp } = await world.servers();
    const agent = await world.agent();
    const browser = await world.protect(agent, [auth, mcp]);
    const page = await openAgent(browser, agent);
    const options = { sdk, resource: mcp.resource };
    await signInAsPerson(page, options);
    for (let index = 0; index < 5; index += 1) await call(page);
    await call(page, 'write_note', { title: 'From the test', text: 'Written with a bound token.' });
    expectBoundOnly(mcp);
    expect(mcp.log.filter(({ tool, status }) => tool && status === 200)).toHaveLength(6);

    const request = auth.log.find(({ endpoint, codeChallenge }) => endpoint === 'authorization' && codeChallenge);
    expect(request?.dpopJkt).toMatch(/^[\w-]{43}$/);
    const proofs = auth.log.filter(({ endpoint, method }) => endpoint === 'token' && method === 'POST');
    expect(proofs.map(({ status, error }) => error ?? status)).toEqual(['use_dpop_nonce', 200]);
    expect(proofs.every(({ origin }) => origin === agent.origin)).toBe(true);

    const tokens = await page.evaluate((version) => window.agent.tokens(version), sdk);
    expect(tokens).toMatchObject({ token_type: 'Bearer' });
    expect(tokens.access_token).toMatch(/^hf_/);
    expect(tokens.refresh_token).toMatch(/^hfr_/);
  });

  test(`a ${sdk} agent refreshes: the real token changes, its handles stay`, async ({ world }) => {
    const { auth, mcp } = await world.servers({ auth: { accessTokenTtl: 2 } });
    const agent = await world.agent();
    const browser = await world.protect(agent, [auth, mcp]);
    const page = await openAgent(browser, agent);
    await signIn(page, { sdk, resource: mcp.resource });
    const before = await page.evaluate((version) => window.agent.tokens(version), sdk);
    await expect
      .poll(async () => {
        await call(page);
        return auth.log.filter(({ grantType, status }) => grantType === 'refresh_token' && status === 200).length;
      })
      .toBeGreaterThan(0);
    const after = await page.evaluate((version) => window.agent.tokens(version), sdk);
    expect([after.access_token, after.refresh_token]).toEqual([before.access_token, before.refresh_token]);
    expect(new Set(auth.issued.accessTokens).size).toBeGreaterThan(1);
    expectBoundOnly(mcp);
  });
}

test('a sign-in window with a callback page of its own binds too', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
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

for (const algorithm of ['RS256', 'Ed25519']) {
  test(`a server that demands ${algorithm} gets it`, async ({ world }) => {
    const { auth, mcp } = await world.servers({
      auth: { dpopAlgorithms: [algorithm] },
      mcp: { dpopAlgorithms: [algorithm] },
    });
    const agent = await world.agent();
    const browser = await world.protect(agent, [auth, mcp]);
    const page = await openAgent(browser, agent);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    await call(page);
    expectBoundOnly(mcp);
    expect(mcp.log.at(-1)?.proof?.header?.alg).toBe(algorithm);
  });
}

test('an MCP server that takes RS256 alone gets it, whatever its authorization server offers before', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers({
    auth: { dpopAlgorithms: ['ES256', 'RS256'] },
    mcp: { dpopAlgorithms: ['RS256'] },
  });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  await call(page);
  expectBoundOnly(mcp);
  expect(mcp.log.at(-1)?.proof?.header.alg).toBe('RS256');
});

test('a page that does its own DPoP works, with Holdfast’s key in place of its own', async ({ world }) => {
  const { auth, mcp } = await world.servers({ mcp: { corsAllowsDpop: true } });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource, ownDpop: true });
  await call(page);
  const tokens = await page.evaluate(() => window.agent.tokens('v2'));
  expect(tokens.token_type).toBe('DPoP');
  expect(tokens.access_token).toMatch(/^hf_/);
  expectBoundOnly(mcp);
  expect(mcp.log.every(({ proofs }) => proofs <= 1)).toBe(true);
});

test('agents at two ports of one host sign in with the key that their request named, and one goes on without the other', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers();
  const [one, other] = [await world.agent(), await world.agent()];
  await world.protect(one, [auth, mcp]);
  const browser = await world.protect(other, [auth, mcp]);
  const options = { sdk: 'v2', resource: mcp.resource } as const;
  const page = await openAgent(browser, one);
  await signIn(page, options);
  const neighbour = await openAgent(browser, other);
  await signIn(neighbour, options);

  /** Its client remembers the discovery, and the server the consent: only a rule can name the key. */
  const signInAgain = async () => {
    await page.evaluate(() => localStorage.removeItem('v2.a.tokens'));
    await page.evaluate(() => history.replaceState(null, '', '/'));
    await authorizeAgain(page, options);
    await redeem(page, options);
    await call(page);
  };
  await signInAgain();
  const popup = await openPopup(browser, other.origin);
  await chooseIn(popup, 'Protected', 'Stop protecting…');
  await popup.getByRole('button', { name: 'Stop protecting' }).click();
  await expect(popup.getByText('Not protected')).toBeVisible();
  await signInAgain();
  expectBoundOnly(mcp);
  const named = auth.log.filter(({ endpoint, codeChallenge }) => endpoint === 'authorization' && codeChallenge);
  expect(named.map(({ dpopJkt }) => dpopJkt)).toEqual(named.map(() => expect.stringMatching(/^[\w-]{43}$/)));
  expect(new Set(named.map(({ dpopJkt }) => dpopJkt)).size).toBe(4);
});

test('nonces that change with every response are followed', async ({ world }) => {
  const { auth, mcp } = await world.servers({ mcp: { rotateEveryResponse: true } });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  for (let index = 0; index < 10; index += 1) await call(page);
  expectBoundOnly(mcp);
});

test('two accounts of one agent take turns in one tab, and do not mix', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signInAs(browser, page, 'ada');
  await page.goto(agent.origin);
  await page.waitForFunction(() => 'agent' in window);
  await signInAs(browser, page, 'grace');
  await connect(page, { sdk: 'v2', resource: mcp.resource, account: 'ada' });
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

  async function signInAs(_: Browser, tab: typeof page, account: string): Promise<void> {
    const options = { sdk: 'v2' as const, resource: mcp.resource, account };
    await startSignIn(tab, options);
    const other = tab.getByRole('button', { name: 'Use another account' });
    await other.or(tab.getByLabel('User name')).first().waitFor();
    if (await other.isVisible()) await other.click();
    await finishSignIn(tab, options, account);
  }
});
