import { decodeJwt } from 'jose';
import { corsHeaders } from '../src/demo/resource/cors.ts';
import { fact } from './support/dashboard.ts';
import { declineAll } from './support/further.ts';
import { createSwitch } from './support/switched.ts';
import { call, expect, openAgent, openPopup, sessionsIn, shareScene, signedIn, signIn, test } from './support/world.ts';

const CORS = corsHeaders(false);

const LIST = JSON.stringify({ jsonrpc: '2.0', id: 'here', method: 'tools/list' });

/** A request of the page's own making with its session's handle: the status, and the error of a refusal. */
function ask(page: Awaited<ReturnType<typeof openAgent>>, url: string): Promise<string> {
  return page.evaluate(
    async ([to, body]) => {
      const { access_token } = window.agent.tokens('v2');
      const headers = {
        authorization: `Bearer ${access_token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-06-18',
      };
      const response = await fetch(to, { method: 'POST', headers, body });
      const { error = '' } = response.ok ? {} : await response.json();
      return `${response.status} ${error}`.trim();
    },
    [url, LIST] as const,
  );
}

test.describe('a session', () => {
  const onMcp = createSwitch();
  const scene = shareScene((world) => signedIn(world, { mcp: { intercept: onMcp.intercept, nonces: false } }));

  test.beforeEach(() => onMcp.set(undefined));

  test('a server that sends its clients to another path of its own is followed, with a proof for that path', async () => {
    const arrived: { readonly url: string; readonly authorization: string; readonly htu: unknown }[] = [];
    const { auth, mcp, page } = scene();
    onMcp.set(({ url = '', method, headers }, response) => {
      if (method !== 'POST') return url === '/api/mcp' && response.writeHead(204, CORS).end() !== undefined;
      const { authorization = '', dpop } = headers;
      arrived.push({ url, authorization, htu: typeof dpop === 'string' && decodeJwt(dpop).htu });
      if (url === '/mcp') response.writeHead(308, { ...CORS, location: '/api/mcp' }).end();
      else response.writeHead(200, { ...CORS, 'content-type': 'application/json' }).end('{}');
      return true;
    });
    const target = `${mcp.origin}/api/mcp`;
    expect(await ask(page, mcp.resource)).toBe('200');
    const { url, authorization, htu } = arrived.at(-1) ?? {};
    expect([url, htu]).toEqual(['/api/mcp', target]);
    expect(auth.issued.accessTokens.map((token) => `DPoP ${token}`)).toContain(authorization);
    // It is the session's from now on.
    expect(await ask(page, target)).toBe('200');
    expect(arrived.at(-1)).toMatchObject({ url: '/api/mcp', htu: target });
  });

  test('a further path of the server is asked about once, kept with the session, shown, and taken back', async () => {
    const arrived: { readonly url: string; readonly authorization: string; readonly htu: unknown }[] = [];
    const { auth, mcp, agent, browser, page } = scene();
    onMcp.set(({ url = '', method, headers }, response) => {
      if (!url.startsWith('/files') && url !== '/search') return false;
      if (method === 'OPTIONS') return response.writeHead(204, CORS).end() !== undefined;
      const { authorization = '', dpop } = headers;
      arrived.push({ url, authorization, htu: typeof dpop === 'string' && decodeJwt(dpop).htu });
      response.writeHead(200, { ...CORS, 'content-type': 'application/json' }).end('{}');
      return true;
    });
    const tokenRequests = auth.log.length;
    const host = new URL(mcp.origin).host;
    const popup = await openPopup(browser, agent.origin);
    const question = popup.getByRole('alertdialog', {
      name: `${new URL(agent.origin).host} wants to use this session at ${host}/files too.`,
    });

    const first = ask(page, `${mcp.origin}/files`);
    await expect(question).toContainText(`${mcp.origin}/files`);
    expect(arrived).toEqual([]);
    await question.getByRole('button', { name: 'Allow' }).click();
    expect(await first).toBe('200');
    expect(await ask(page, `${mcp.origin}/files/one`)).toBe('200');
    expect(arrived.map(({ url, htu }) => [url, htu])).toEqual([
      ['/files', `${mcp.origin}/files`],
      ['/files/one', `${mcp.origin}/files/one`],
    ]);
    const tokens = auth.issued.accessTokens.map((token) => `DPoP ${token}`);
    for (const { authorization } of arrived) expect(tokens).toContain(authorization);

    const card = sessionsIn(popup).getByRole('article');
    await card.getByRole('button', { name: 'Details' }).click();
    await expect(fact(card, 'Further addresses')).toContainText(`${host}/files and everything below`);
    await card.getByRole('button', { name: 'Take back' }).click();
    await expect(fact(card, 'Further addresses')).toHaveCount(0);
    const again = ask(page, `${mcp.origin}/files/one`);
    await popup.getByRole('button', { name: 'Not now' }).click();
    expect(await again).toBe('403 access_denied');
    // A no holds, and for another path the session's questions rest.
    expect(await ask(page, `${mcp.origin}/files/one`)).toBe('403 access_denied');
    expect(await ask(page, `${mcp.origin}/search`)).toBe('403 access_denied');
    expect(arrived).toHaveLength(2);
    expect(auth.log).toHaveLength(tokenRequests);
    await call(page);
  });
});

test('a request that a session may not make does not leave, and makes no agent refresh', async ({ world }) => {
  const { auth, mcp, browser, agent, page } = await signedIn(world);
  await declineAll(browser, agent.origin);
  const tokenRequests = auth.log.length;
  const before = mcp.log.length;
  for (const path of ['/files', '/messages', '/mcp-other']) {
    expect(await ask(page, mcp.origin + path)).toBe('403 access_denied');
  }
  expect(mcp.log.slice(before).filter(({ method }) => method === 'POST')).toEqual([]);
  // An SDK that is answered so gives its call up, and no more.
  const error = await page.evaluate(
    (url) => window.agent.connect({ sdk: 'v2', resource: url }),
    `${mcp.resource}/../files`,
  );
  expect(error).toContain('403');
  expect(auth.log).toHaveLength(tokenRequests);
});

test('over HTTP+SSE the session reaches where the stream sends its messages, and nothing else', async ({ world }) => {
  const { auth } = await world.servers({ binding: 'offered', mcp: { binding: 'none' } });
  const mcp = await world.legacyResource(auth, 'none');
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v1', legacy: true, resource: mcp.resource });
  await call(page);
  await declineAll(browser, agent.origin);
  // The token stands nowhere while nothing is under way: the server takes it without a proof.
  const standing = async () =>
    (await (await browser.worker()).evaluate(() => chrome.declarativeNetRequest.getSessionRules())).filter(
      ({ action }) => action.requestHeaders?.some(({ value }) => value?.startsWith('Bearer ')),
    );
  await expect.poll(standing).toEqual([]);
  const refreshes = auth.log.filter(({ grantType }) => grantType === 'refresh_token').length;
  const statuses = await page.evaluate(async (origin) => {
    const { access_token } = window.agent.tokens('v1');
    const headers = { authorization: `Bearer ${access_token}` };
    const paths = ['/messages/../admin', '/message', '/'];
    return Promise.all(
      paths.map(async (path) => (await fetch(origin + path, { method: 'POST', headers, body: '{}' })).status),
    );
  }, mcp.origin);
  expect(statuses).toEqual([403, 403, 403]);
  expect(auth.log.filter(({ grantType }) => grantType === 'refresh_token')).toHaveLength(refreshes);
});
