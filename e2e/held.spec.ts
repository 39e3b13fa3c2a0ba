import { loopbackFetch } from '../src/demo/loopback-fetch.ts';
import { hostileSite } from './support/hostile/site.ts';
import { revokeIn } from './support/menu.ts';
import { readStore } from './support/storage.ts';
import { sweep } from './support/sweep.ts';
import { tokensOf } from './support/vault.ts';
import {
  call,
  callAnew,
  connect,
  expect,
  openAgent,
  openPanel,
  openPopup,
  refreshesAt,
  sessionsIn,
  signIn,
  signInByRedirect,
  test,
  type World,
} from './support/world.ts';

/** An agent's servers without DPoP. */
async function holding(world: World) {
  const { auth, mcp } = await world.servers({ binding: 'none' });
  const agent = await world.agent('agent', await hostileSite());
  const browser = await world.protect(agent, [auth, mcp]);
  return { auth, mcp, agent, browser };
}

for (const sdk of ['v1', 'v2'] as const) {
  test(`SDK ${sdk} signs in, calls, refreshes and is revoked at servers without DPoP, its token held`, async ({
    world,
  }) => {
    const { auth, mcp, agent, browser } = await holding(world);
    const page = await openAgent(browser, agent);
    await signIn(page, { sdk, resource: mcp.resource });
    await call(page);
    await callAnew(page, auth, mcp);
    const tokens = await page.evaluate((which) => window.agent.tokens(which), sdk);
    expect(tokens).toMatchObject({ access_token: expect.stringMatching(/^hf_/), token_type: 'Bearer' });
    expect(tokens.refresh_token).toMatch(/^hfr_/);
    const presented = mcp.log.filter(({ scheme }) => scheme !== undefined);
    expect(new Set(presented.map(({ scheme, proofs }) => `${scheme} ${proofs}`))).toEqual(new Set(['Bearer 0']));
    expect(mcp.log.some(({ tokenOnOptions }) => tokenOnOptions)).toBe(false);
    expect(auth.log.filter(({ proofs }) => proofs)).toEqual([]);

    const popup = await openPopup(browser, agent.origin);
    const card = sessionsIn(popup).getByRole('article');
    await expect(card.getByText('Held', { exact: true })).toBeVisible();
    await expect(card).toContainText('cannot read the token. A copy from elsewhere would still work');
    await revokeIn(card);
    await expect(card.getByText('Revoked', { exact: true })).toBeVisible();
    await expect(card).toContainText('The authorization server took the refresh token back, but not the access token');
    const status = await page.evaluate(
      ([url, token]) =>
        fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } }).then((answer) => answer.status),
      [mcp.resource, String(tokens.access_token)] as const,
    );
    expect(status).toBe(401);
  });
}

test('SDK v1 works over HTTP+SSE with its token held, and the DevTools panel says so', async ({ world }) => {
  const { auth, agent, browser } = await holding(world);
  const mcp = await world.legacyResource(auth, 'none');
  await world.protect(agent, [mcp]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v1', legacy: true, resource: mcp.resource });
  const panel = await openPanel(browser, agent.origin);
  await page.bringToFront();
  await call(page);
  expect((await page.evaluate(() => window.agent.tokens('v1'))).access_token).toMatch(/^hf_/);
  await expect(panel.getByText('held token, no proof').first()).toBeVisible();
});

test('SDK v1 and v2 share a held session among tabs, refresh it once for all, and find it after the browser’s restart', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers({ binding: 'none' });
  const agent = await world.agent();
  const before = await world.protect(agent, [auth, mcp], await world.browser());
  const signedIn = [];
  for (const sdk of ['v1', 'v2'] as const) {
    const options = { sdk, account: sdk, resource: mcp.resource };
    const [page, tab] = [await openAgent(before, agent), await openAgent(before, agent)];
    await signIn(page, options);
    await connect(tab, options);
    const refreshes = refreshesAt(auth);
    await call(page, 'list_notes', {}, sdk);
    mcp.endTokens();
    await Promise.all([page, tab].map((each) => call(each, 'list_notes', {}, sdk)));
    expect(refreshesAt(auth)).toBe(refreshes + 1);
    signedIn.push(options);
  }
  await before.context.close();
  const after = await world.browser();
  for (const options of signedIn) {
    const page = await openAgent(after, agent);
    await connect(page, options);
    await call(page, 'list_notes', {}, options.account);
  }
  expect(auth.log.filter(({ grantType }) => grantType === 'authorization_code')).toHaveLength(2);
  expect(new Set(mcp.log.flatMap(({ scheme }) => scheme ?? []))).toEqual(new Set(['Bearer']));
});

test('of a held session the page reads no token, and a thief with all that it reads is refused', async ({ world }) => {
  const { auth, mcp, agent, browser } = await holding(world);
  const page = await openAgent(browser, agent, '/hostile');
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/worker.js');
    await navigator.serviceWorker.ready;
  });
  await signInByRedirect(page, { sdk: 'v2', resource: mcp.resource });
  await call(page);
  await callAnew(page, auth, mcp);

  const text = await sweep(page);
  for (const token of tokensOf(auth)) expect(text.includes(token)).toBe(false);
  const [access = '', refresh = ''] = [/hf_[\w-]{43}/, /hfr_[\w-]{43}/].map((handle) => handle.exec(text)?.[0]);
  expect(access && refresh).toBeTruthy();
  const post = (url: string, headers: Record<string, string>, body: unknown) =>
    loopbackFetch(url, { method: 'POST', headers, body }).then(({ status }) => status);
  const list = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
  for (const token of [access, refresh]) {
    for (const scheme of ['Bearer', 'DPoP']) {
      const headers = { authorization: `${scheme} ${token}`, 'content-type': 'application/json' };
      expect(await post(mcp.resource, headers, list)).toBe(401);
    }
  }
  const { clientId = '' } = auth.log.find(({ grantType }) => grantType) ?? {};
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh, client_id: clientId });
  const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' };
  expect(await post(`${auth.origin}/token`, urlencoded, form)).toBe(400);

  // The token stood in no longer than its request took to leave.
  const rules = await (await browser.worker()).evaluate(() => chrome.declarativeNetRequest.getSessionRules());
  const standing = JSON.stringify(rules);
  for (const token of tokensOf(auth)) expect(standing.includes(token)).toBe(false);
});

test('a token from a server’s log can be used: that is what Held does not say', async ({ world }) => {
  const { auth, mcp, agent, browser } = await holding(world);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  const headers = {
    authorization: `Bearer ${auth.issued.accessTokens.at(-1)}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  const { status } = await loopbackFetch(mcp.resource, { method: 'POST', headers, body });
  expect(status).not.toBe(401);
});

test('a request that its agent had not asked for, made while the rule stands for another, is seen and said, and ends its session where the person chose that', async ({
  world,
}) => {
  const { auth, mcp, agent, browser } = await holding(world);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  // No wrapper sees these, as it sees none of a frame below the agent's site.
  const callAmid = () =>
    page.evaluate(async (url) => {
      const streams: EventSource[] = [];
      const around = setInterval(() => streams.length < 24 && streams.push(new EventSource(url)), 2);
      await window.agent.call('list_notes').finally(() => clearInterval(around));
      for (const stream of streams) stream.close();
    }, mcp.resource);
  const popup = await openPopup(browser, agent.origin);
  const said = sessionsIn(popup).getByText('A request that this agent had not asked for left with the token');
  await expect.poll(() => callAmid().then(() => said.isVisible()), { timeout: 30_000 }).toBe(true);
  const kinds = async () =>
    (await readStore(browser, 'activity')).filter(({ agent: of }) => of === agent.origin).map(({ kind }) => kind);
  await expect.poll(kinds).toContain('unasked');
  expect(await kinds()).not.toContain('exposed');

  // Told to, the session ends the next time, at its server too.
  await popup.getByRole('button', { name: 'End this session if it happens again' }).click();
  await expect(popup.getByText('This session ends if that happens again')).toBeVisible();
  const state = async () =>
    (await readStore(browser, 'sessions')).find(({ agent: of }) => of === agent.origin)?.state as unknown;
  const again = () => callAmid().catch(() => undefined); // the call that it ends fails
  await expect.poll(() => again().then(state), { timeout: 30_000 }).toBe('revoked');
  await expect.poll(kinds).toContain('endedUnasked');
  await expect(popup.getByText('It ended because a request that its agent had not asked for')).toBeAttached();
  // The refresh token goes first, and with it the grant; this server ends access tokens that are JWTs by their time alone.
  expect(auth.log.find(({ endpoint }) => endpoint === 'revocation')?.status).toBe(200);
});
