import { loopbackFetch } from '../src/demo/loopback-fetch.ts';
import { exported, openDashboard } from './support/dashboard.ts';
import { framed } from './support/framed.ts';
import { hostileSite } from './support/hostile/site.ts';
import { letStand, markIn, streamFrom } from './support/marks.ts';
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
import { everythingStored } from './support/written.ts';

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

test('SDK v1 and v2 share a held session among tabs, and refresh it once for all', async ({ world }) => {
  const { auth, mcp } = await world.servers({ binding: 'none' });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  for (const sdk of ['v1', 'v2'] as const) {
    const options = { sdk, account: sdk, resource: mcp.resource };
    const [page, tab] = [await openAgent(browser, agent), await openAgent(browser, agent)];
    await signIn(page, options);
    await connect(tab, options);
    const refreshes = refreshesAt(auth);
    await call(page, 'list_notes', {}, sdk);
    mcp.endTokens();
    await Promise.all([page, tab].map((each) => call(each, 'list_notes', {}, sdk)));
    expect(refreshesAt(auth)).toBe(refreshes + 1);
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

  // The token stood in no longer than its request took to leave, and its rule to go: a machine that tests share takes a moment.
  const worker = await browser.worker();
  const standing = async () => {
    const rules = JSON.stringify(await worker.evaluate(() => chrome.declarativeNetRequest.getSessionRules()));
    return tokensOf(auth).filter((token) => rules.includes(token));
  };
  await expect.poll(standing, { timeout: 1_000 }).toEqual([]);
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

test('while its rule stands, a held token goes with the URLs that have its mark, and with nothing else of its tab', async ({
  world,
}) => {
  const urls: (string | undefined)[] = [];
  const { auth, mcp } = await world.servers({
    binding: 'none',
    mcp: {
      intercept: ({ url }) => {
        urls.push(url);
        return false;
      },
    },
  });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  await page.evaluate(() => window.agent.close());
  const frame = await framed(page, (await world.agent('sub.agent')).origin);
  const mark = await markIn(page, mcp.resource);
  expect(mark).toMatch(/^hf-[\w-]{22}$/);
  await letStand(page, mcp.resource);
  const before = mcp.log.length;
  const ends = ['', '?a', '#', `#${mark}x`, `#x${mark}`, `/x#${mark}`];
  const streams = [page, frame].flatMap((place) => ends.map((end) => streamFrom(place, mcp.resource + end)));
  await Promise.all(streams);
  const presented = () => mcp.log.slice(before).map(({ scheme }) => scheme);
  expect(presented()).toEqual(Array(streams.length).fill(undefined));
  // It stood all the time.
  await streamFrom(page, `${mcp.resource}?a#${mark}`);
  expect(presented().at(-1)).toBe('Bearer');
  // No server sees a mark, nor does anybody whom Holdfast tells or shows anything.
  const dashboard = await openDashboard(browser, '#/activity');
  const texts = [urls.join(), await everythingStored(browser), (await exported(dashboard, 'JSON')).text];
  expect(texts.filter((text) => text.includes(mark))).toEqual([]);
});

test('script of a page sees a mark in the names of its own requests, and not in where an answer came from', async ({
  world,
}) => {
  const { mcp, agent, browser } = await holding(world);
  const page = await openAgent(browser, agent, '/hostile');
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/worker.js');
    await navigator.serviceWorker.ready;
  });
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  const url = `${mcp.resource}?a#own`;
  const answers = await page.evaluate(async (to) => {
    const authorization = `Bearer ${window.agent.tokens('v2').access_token}`;
    const xhr = new XMLHttpRequest();
    const loaded = new Promise((resolve) => xhr.addEventListener('load', resolve));
    xhr.open('POST', to);
    xhr.setRequestHeader('authorization', authorization);
    xhr.send('{}');
    await loaded;
    const response = await fetch(new Request(to, { method: 'POST', body: '{}', headers: { authorization } }));
    return [xhr.responseURL, response.url];
  }, url);
  expect(answers).toEqual(Array(2).fill(`${mcp.resource}?a`));
  expect(mcp.log.slice(-2).map(({ sub }) => sub)).toEqual(['ada', 'ada']);
  const mark = await markIn(page, mcp.resource);
  expect(mark).toMatch(/^hf-/);
  // The page's service worker is told of each request as it leaves the page.
  const toldWorker = await page.evaluate(async () => {
    const { port1, port2 } = new MessageChannel();
    const told = new Promise<string>((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
    });
    navigator.serviceWorker.controller?.postMessage('', [port2]);
    return told;
  });
  expect(toldWorker).toContain(`${mcp.resource}?a#${mark}`);
});

test('a request with the mark that its agent had not asked for is seen and said, and ends its session where the person chose that', async ({
  world,
}) => {
  const { auth, mcp, agent, browser } = await holding(world);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  // Script of the page can read the mark, and no wrapper sees what it does with it here.
  const marked = `${mcp.resource}#${await markIn(page, mcp.resource)}`;
  const streamAmid = async () => {
    await letStand(page, mcp.resource);
    await streamFrom(page, marked);
  };
  const kinds = async () =>
    (await readStore(browser, 'activity')).filter(({ agent: of }) => of === agent.origin).map(({ kind }) => kind);
  const popup = await openPopup(browser, agent.origin);
  await streamAmid();
  await expect(
    sessionsIn(popup).getByText('A request that this agent had not asked for left with the token'),
  ).toBeVisible();
  await expect.poll(kinds).toContain('unasked');
  expect(await kinds()).not.toContain('exposed');

  // Told to, the session ends the next time, at its server too.
  await popup.getByRole('button', { name: 'End this session if it happens again' }).click();
  await expect(popup.getByText('This session ends if that happens again')).toBeVisible();
  const state = async () =>
    (await readStore(browser, 'sessions')).find(({ agent: of }) => of === agent.origin)?.state as unknown;
  await streamAmid();
  await expect.poll(state).toBe('revoked');
  await expect.poll(kinds).toContain('endedUnasked');
  await expect(popup.getByText('It ended because a request that its agent had not asked for')).toBeAttached();
  // The refresh token goes first, and with it the grant; this server ends access tokens that are JWTs by their time alone.
  expect(auth.log.find(({ endpoint }) => endpoint === 'revocation')?.status).toBe(200);
});

test('a browser that matches no marks presents held tokens without them, after one more request', async ({ world }) => {
  const { auth, mcp } = await world.servers({ binding: 'none' });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp], await world.fresh());
  const worker = await browser.worker();
  await worker.evaluate(() => {
    const { declarativeNetRequest } = chrome;
    const native = declarativeNetRequest.updateSessionRules.bind(declarativeNetRequest);
    const isUnderstood = ({ condition }: chrome.declarativeNetRequest.Rule) => !condition.urlFilter?.includes('#');
    declarativeNetRequest.updateSessionRules = (async (change: chrome.declarativeNetRequest.UpdateRuleOptions) =>
      native({ ...change, addRules: change.addRules?.filter(isUnderstood) ?? [] })) as typeof native;
  });
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  for (let calls = 0; calls < 3; calls += 1) await call(page);
  const refused = mcp.log.filter(({ scheme, status }) => scheme !== undefined && status === 401);
  expect(refused).toHaveLength(1);
  expect(mcp.log.filter(({ tool, status }) => tool && status === 200)).toHaveLength(3);
  // Its own requests get no token all the same: they wait for the rule to be gone.
  const status = await page.evaluate(
    (url) => fetch(url, { method: 'POST' }).then((answer) => answer.status),
    mcp.resource,
  );
  expect(status).toBe(401);
});
