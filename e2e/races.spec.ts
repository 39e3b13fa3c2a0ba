import type { ServerResponse } from 'node:http';
import type { Page } from '@playwright/test';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { AuthorizationServer } from '../src/demo/authorization-server.ts';
import type { ResourceServer } from '../src/demo/resource-server.ts';
import type { WireProof } from '../src/demo/wire-proof.ts';
import { createLatch } from './support/latch.ts';
import { createSwitch } from './support/switched.ts';
import {
  type Browser,
  call,
  clearLog,
  connect,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  sessionsIn,
  shareScene,
  signedIn,
  signIn,
  test,
} from './support/world.ts';

/** Headers that a reply of the test's own needs, so that a page may read it (CORS). */
const READABLE = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'www-authenticate' };

/** Tabs share two cores with other tests. */
const PATIENT = { timeout: 20_000 };

/** Requests that are held back take all of a browser's connections: no preflight would come through meanwhile. */
const preflightOnce = (response: ServerResponse) => response.setHeader('access-control-max-age', 600);

const toolCalls = ({ log }: ResourceServer) => log.filter(({ tool, status }) => tool && status === 200);

const ownerOf = (result: unknown) => (result as { structuredContent?: { owner?: string } }).structuredContent?.owner;

/** Requests of the page's own making with its handle, all at once: their statuses, 0 for one that failed. */
const requests = (page: Page, url: string, count: number) =>
  page.evaluate(
    async ([to, number]) => {
      const { access_token: token } = window.agent.tokens('v2');
      const one = (id: number) =>
        fetch(to, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
          },
          body: JSON.stringify({ jsonrpc: '2.0', id: `own-${id}`, method: 'ping' }),
        }).then(
          ({ status }) => status,
          () => 0,
        );
      return Promise.all(Array.from({ length: number }, (_, index) => one(index)));
    },
    [url, count] as const,
  );

/** The key of a proof. */
const keyOf = ({ proof }: { readonly proof: WireProof | undefined }) =>
  proof && calculateJwkThumbprint(proof.header.jwk as JWK);

/** The key that a code was spent with. */
async function keyOfCode({ log }: AuthorizationServer): Promise<string> {
  const spent = log.find(({ grantType, status }) => grantType === 'authorization_code' && status === 200);
  return (spent && (await keyOf(spent))) ?? '';
}

test.describe('an agent that is signed in', () => {
  const [onAuth, onMcp] = [createSwitch(), createSwitch()];
  const scene = shareScene(async (world) => {
    const signed = await signedIn(world, {
      auth: { intercept: onAuth.intercept },
      mcp: {
        intercept: (request, response) => {
          preflightOnce(response);
          return onMcp.intercept(request, response);
        },
      },
    });
    return { ...signed, world, key: await keyOfCode(signed.auth) };
  });

  test.beforeEach(() => {
    for (const server of [scene().auth, scene().mcp]) clearLog(server);
    for (const server of [onAuth, onMcp]) server.set(undefined);
  });

  test('100 requests of one page at once each carry a proof of their own', async () => {
    const { mcp, page } = scene();
    await page.evaluate(() => Promise.all(Array.from({ length: 100 }, () => window.agent.call('list_notes'))));
    expect(toolCalls(mcp)).toHaveLength(100);
    expectBoundOnly(mcp);
  });

  test('five tabs of one agent that find their token expired cost one refresh at the server', async () => {
    test.setTimeout(120_000);
    let expired: string | undefined;
    let [mayRefuse, mayRefresh] = [createLatch(), createLatch()];
    const { auth, mcp, agent, browser, page } = scene();
    onAuth.set(async ({ method, url }) => {
      if (expired && method === 'POST' && url === '/token') await mayRefresh.opened;
      return false;
    });
    onMcp.set(async ({ headers }, response) => {
      if (!expired || headers.authorization !== `DPoP ${expired}`) return false;
      await mayRefuse.opened;
      response.writeHead(401, { ...READABLE, 'www-authenticate': 'DPoP error="invalid_token"' }).end();
      return true;
    });
    const options = { sdk: 'v2' as const, resource: mcp.resource };
    const others = await Promise.all(Array.from({ length: 4 }, () => openAgent(browser, agent)));
    const tabs = [page, ...others];
    const refreshing = await Promise.all(tabs.map(watchRefreshes));
    await Promise.all(tabs.map((tab) => connect(tab, options)));
    const refreshes = () => auth.log.filter(({ grantType }) => grantType === 'refresh_token');
    const left = await countLeaving(browser, mcp);
    for (let round = 1; round <= 2; round += 1) {
      [mayRefuse, mayRefresh] = [createLatch(), createLatch()];
      expired = auth.issued.accessTokens.at(-1);
      const before = await left();
      const calls = Promise.all(tabs.map((tab) => call(tab)));
      await expect.poll(left, PATIENT).toBe(before + tabs.length);
      mayRefuse.open();
      for (const asked of refreshing) await expect.poll(asked, PATIENT).toBe(round);
      await Promise.all(tabs.map((tab) => haveAsked(tab, auth)));
      mayRefresh.open();
      await calls;
      // A refresh token that is used twice logs the person out.
      expect(refreshes()).toMatchObject(Array.from({ length: round }, () => ({ status: 200 })));
    }
    expectBoundOnly(mcp);
  });

  test('two accounts in two tabs do not mix', async () => {
    const { auth, mcp, agent, browser, page: ada } = scene();
    const bob = await openAgent(browser, agent);
    await browser.context.clearCookies({ domain: new URL(auth.origin).hostname }); // the server forgets who was there
    await signIn(bob, { sdk: 'v2', resource: mcp.resource, account: 'bob' }, 'bob');
    const owners = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 ? call(bob, 'list_notes', {}, 'bob').then(ownerOf) : call(ada).then(ownerOf),
      ),
    );
    expect(owners).toEqual(Array.from({ length: 20 }, (_, index) => (index % 2 ? 'bob' : 'ada')));
    expectBoundOnly(mcp);
  });

  test('two agents at one resource have a key and a session each', async () => {
    const { auth, mcp, agent, key, world, browser, page } = scene();
    const other = await world.agent('two');
    const second = await openAgent(await world.protect(other, [auth, mcp], browser), other);
    await signIn(second, { sdk: 'v2', resource: mcp.resource });
    await Promise.all([page, second].flatMap((tab) => Array.from({ length: 10 }, () => call(tab))));
    const keys = new Map([
      [agent.origin, key],
      [other.origin, await keyOfCode(auth)],
    ]);
    expect(new Set(keys.values()).size).toBe(2);
    expectBoundOnly(mcp);
    for (const entry of mcp.log) if (entry.proof) expect(await keyOf(entry)).toBe(keys.get(entry.origin ?? ''));
    expect(toolCalls(mcp)).toHaveLength(20);
  });
});

test('one agent at five resources of three authorization servers: no nonce crosses over', async ({ world }) => {
  test.setTimeout(180_000);
  const pairs = [];
  for (const resources of [2, 2, 1]) {
    const { auth, mcp } = await world.servers({ mcp: { name: 'one' } });
    pairs.push({ auth, mcp });
    if (resources === 2) pairs.push({ auth, mcp: await world.resource(auth, { name: 'two' }) });
  }
  const agent = await world.agent();
  const browser = await world.protect(
    agent,
    pairs.flatMap(({ auth, mcp }) => [auth, mcp]),
  );
  const page = await openAgent(browser, agent);
  for (const [index, { mcp }] of pairs.entries()) {
    await signIn(page, { sdk: 'v2', resource: mcp.resource, account: String(index) });
  }
  await Promise.all(pairs.flatMap((_, index) => [1, 2, 3, 4].map(() => call(page, 'list_notes', {}, String(index)))));
  const servers = [...new Set(pairs.flatMap(({ auth, mcp }) => [auth, mcp]))];
  expect(servers).toHaveLength(8);
  for (const { log } of servers) {
    // A nonce of another server would be refused, and asked for anew.
    expect(log.filter(({ error }) => error === 'use_dpop_nonce').length).toBeLessThanOrEqual(1);
  }
  const nonces = servers.map(({ log }) => new Set(log.flatMap(({ proof }) => proof?.claims.nonce ?? [])));
  for (const own of nonces) expect(own.size).toBeGreaterThan(0);
  expect(new Set(nonces.flatMap((own) => [...own])).size).toBe(nonces.reduce((sum, { size }) => sum + size, 0));
  for (const { mcp } of pairs) {
    expect(toolCalls(mcp).length).toBeGreaterThanOrEqual(4);
    expectBoundOnly(mcp);
  }
});

test.describe('a server that keeps refusing', () => {
  const [onStormy, onStubborn, onEndless] = [createSwitch(), createSwitch(), createSwitch()];
  const scene = shareScene(async (world) => {
    const servers = {
      stormy: await world.servers({
        mcp: { rotateEveryResponse: true, singleUseNonces: true, intercept: onStormy.intercept },
      }),
      stubborn: await world.servers({ mcp: { intercept: onStubborn.intercept } }),
      endless: await world.servers({ mcp: { intercept: onEndless.intercept } }),
    };
    const agent = await world.agent();
    const all = Object.values(servers).flatMap(({ auth, mcp }) => [auth, mcp]);
    return { ...servers, agent, browser: await world.protect(agent, all) };
  });

  /** The agent in a tab of its own, which knows of no other server. */
  async function signedInAt({ resource }: ResourceServer, sdk: 'v1' | 'v2' = 'v2'): Promise<Page> {
    const page = await openAgent(scene().browser, scene().agent);
    await page.evaluate(() => localStorage.clear());
    await signIn(page, { sdk, resource });
    return page;
  }

  /** What the popup says of the session at a server. */
  const cardOf = async ({ resource }: ResourceServer) =>
    sessionsIn(await openPopup(scene().browser, scene().agent.origin))
      .getByRole('article')
      .filter({ hasText: new URL(resource).host });

  test('every first attempt of fifty requests at once gets one retry each, and no more', async () => {
    const mayAnswer = createLatch();
    let storms = false;
    const { mcp } = scene().stormy;
    const page = await signedInAt(mcp);
    onStormy.set(async ({ method }, response) => {
      preflightOnce(response);
      if (storms && method === 'POST') await mayAnswer.opened;
      return false;
    });
    const left = await countLeaving(scene().browser, mcp);
    storms = true;
    const statuses = requests(page, mcp.resource, 50);
    // All of them have the one nonce that is known, and it is good for one of them.
    await expect.poll(left, PATIENT).toBe(50);
    mayAnswer.open();
    expect(await statuses).toEqual(Array.from({ length: 50 }, () => 200));
    const attempts = new Map<unknown, number>();
    for (const { rpcId } of mcp.log) {
      if (String(rpcId).startsWith('own-')) attempts.set(rpcId, (attempts.get(rpcId) ?? 0) + 1);
    }
    expect(attempts.size).toBe(50);
    const counts = [...attempts.values()];
    expect(Math.max(...counts)).toBe(2);
    expect(counts.filter((count) => count === 2).length).toBeGreaterThanOrEqual(49);
    expectBoundOnly(mcp);
  });

  test('for ever is asked a bounded number of times, and the popup says why', async () => {
    let asked = 0;
    const { mcp } = scene().stubborn;
    const page = await signedInAt(mcp);
    onStubborn.set((request, response) => {
      if (request.method !== 'POST') return false;
      asked += 1;
      response.writeHead(401, {
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'WWW-Authenticate, DPoP-Nonce',
        'www-authenticate': 'DPoP error="use_dpop_nonce"',
        'dpop-nonce': `nonce-${asked}`,
      });
      response.end();
      return true;
    });
    const statuses: number[] = [];
    for (let index = 0; index < 60; index += 1) {
      const before = asked;
      statuses.push(...(await requests(page, mcp.resource, 1)));
      expect(asked - before).toBeLessThanOrEqual(2);
    }
    expect(statuses.slice(0, 3)).toEqual([401, 401, 401]);
    expect(statuses.slice(-3)).toEqual([0, 0, 0]);
    expect(asked).toBeLessThanOrEqual(24);
    await expect(await cardOf(mcp)).toContainText('The server keeps refusing');
  });

  test('an SDK that signs in anew and tries again without end is stopped, and the popup says why', async () => {
    let asked = 0;
    const { auth, mcp } = scene().endless;
    onEndless.set(({ method, url }, response) => {
      if (method !== 'GET' || url !== '/mcp') return false;
      asked += 1;
      response.writeHead(401, { ...READABLE, 'www-authenticate': 'DPoP error="invalid_token"' }).end();
      return true;
    });
    const page = await signedInAt(mcp, 'v1');
    await call(page);
    await expect(await cardOf(mcp)).toContainText('The server keeps refusing', { timeout: 20_000 });
    // The SDK has given up, and nothing of its is on its way.
    await expect.poll(() => page.evaluate(() => window.agent.errors().at(-1))).toContain('Failed to fetch');
    const refreshes = () => auth.log.filter(({ grantType }) => grantType === 'refresh_token').length;
    const before = [asked, refreshes()];
    expect(Math.max(...before)).toBeLessThanOrEqual(24);
    await expect(call(page)).rejects.toThrow(/Failed to fetch/);
    expect([asked, refreshes()]).toEqual(before);
    expectBoundOnly(mcp);
  });
});

/** Counts what leaves for a server from now on, with a proof: each proof has its nonce then. */
async function countLeaving(browser: Browser, { resource }: ResourceServer): Promise<() => Promise<number>> {
  const worker = await browser.worker();
  await worker.evaluate((url) => {
    const scope = globalThis as unknown as { left: number };
    scope.left = 0;
    const count = ({ method }: { method: string }) => {
      if (method === 'POST') scope.left += 1;
    };
    chrome.webRequest.onSendHeaders.addListener(count, { urls: [url] });
  }, resource);
  return () => worker.evaluate(() => (globalThis as unknown as { left: number }).left);
}

/** Counts the token requests of a tab; an SDK that is connected has its `fetch` already. */
async function watchRefreshes(tab: Page): Promise<() => Promise<number>> {
  await tab.evaluate(() => {
    const native = window.fetch;
    Object.assign(window, { refreshes: 0 });
    window.fetch = (...given) => {
      if (String(given[0]).endsWith('/token')) (window as unknown as { refreshes: number }).refreshes += 1;
      return native(...given);
    };
  });
  return () => tab.evaluate(() => (window as unknown as { refreshes: number }).refreshes);
}

/** What a tab asked the worker for has come there once what it asked for later was answered. */
const haveAsked = (tab: Page, { issuer }: AuthorizationServer) =>
  tab.evaluate(async (url) => {
    for (let index = 0; index < 2; index += 1) await (await fetch(url)).text();
  }, `${issuer}/.well-known/oauth-authorization-server`);
