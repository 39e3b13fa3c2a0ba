import type { Worker } from '@playwright/test';
import type { LoopbackServer } from '../src/demo/loopback.ts';
import { EXTENSIONS_PAGE } from '../src/demo/protect.mjs';
import { signInByHand } from './support/by-hand.ts';
import { extensionPage } from './support/extension-page.ts';
import { badgeOf, openPopupOver } from './support/over-page.ts';
import { havePolicy } from './support/policy.ts';
import { activityCodes, damage, readStore } from './support/storage.ts';
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
  scriptsAreBack,
  sessionsIn,
  signedIn,
  signIn,
  startSignIn,
  stopWorker,
  test,
  type World,
} from './support/world.ts';

/** Headers that a reply of the test's own needs, so that a page may read it (CORS). */
const READABLE = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'DPoP-Nonce',
  'content-type': 'application/json',
};

test('a reload and a second tab go on with the same session', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  const options = { sdk: 'v2' as const, resource: mcp.resource };
  await signIn(page, options);
  await page.reload();
  await page.waitForFunction(() => 'agent' in window);
  await connect(page, options);
  await call(page);
  const second = await openAgent(browser, agent);
  await connect(second, options);
  await Promise.all([call(page), call(second), call(page), call(second)]);
  expectBoundOnly(mcp);
  expect(auth.log.filter(({ grantType, status }) => grantType && status === 200)).toHaveLength(1);
});

test('the worker may die between any two steps of a sign-in', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  await stopWorker(browser);
  const page = await openAgent(browser, agent);
  const options = { sdk: 'v2' as const, resource: mcp.resource };
  await stopWorker(browser);
  await startSignIn(page, options);
  await stopWorker(browser);
  await consent(page);
  await page.waitForURL(/\/callback/);
  await page.waitForFunction(() => 'agent' in window);
  await stopWorker(browser);
  await page.evaluate((given) => window.agent.finish(given, location.search), options);
  await stopWorker(browser);
  await connect(page, options);
  for (let index = 0; index < 3; index += 1) {
    await stopWorker(browser);
    await call(page);
  }
  expectBoundOnly(mcp);
  const popup = await openPopup(browser, agent.origin);
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
  await sessionsIn(popup).getByText('Details').click();
  await expect(sessionsIn(popup).getByText('bound to the key')).toBeVisible();
});

test('a request that waits for the worker when it dies is answered by the next one', async ({ world }) => {
  let held: (() => void) | undefined;
  const { auth, mcp } = await world.servers({
    auth: {
      intercept: async (request) => {
        // The background's own request for the metadata: the page's discovery waits for it.
        if (!request.headers.origin && request.url?.includes('/.well-known/') && !held) {
          await new Promise<void>((resolve) => {
            held = resolve;
          });
        }
        return false;
      },
    },
  });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  const options = { sdk: 'v2' as const, resource: mcp.resource };
  const started = startSignIn(page, options);
  await expect.poll(() => held !== undefined).toBe(true);
  await stopWorker(browser);
  await started;
  held?.();
  await finishSignIn(page, options);
  expectBoundOnly(mcp);
});

test('after the browser was closed and opened again', async ({ world }) => {
  const before = await world.browser();
  const stories = [
    await keptSession(world, before),
    await heldSessions(world, before),
    await signInUnderWay(world, before),
    await serverWithoutDpop(world, before),
    await serverThatSpendsFirst(world, before),
  ];
  await before.context.close();
  const after = await world.browser();
  for (const { promise, goesOn } of stories) await test.step(promise, () => goesOn(after));
});

test('an open page goes on: out of the back/forward cache, and after Holdfast was loaded anew under it', async ({
  world,
}) => {
  const browser = await world.browser({ backForwardCache: true });
  const { auth, mcp, agent, page } = await signedIn(world, {}, { browser });
  // What its first document has left undone would keep it out of the cache.
  await page.reload();
  await page.waitForFunction(() => 'agent' in window);
  await connect(page, { sdk: 'v2', resource: mcp.resource });

  await test.step('a page that comes back out of the back/forward cache goes on at once', async () => {
    const elsewhere = await world.site('elsewhere', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Elsewhere');
    });
    await page.evaluate((url) => {
      const { access_token } = window.agent.tokens('v2');
      const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
      const ask = () => fetch(url, { method: 'POST', headers, body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' });
      addEventListener('pageshow', ({ persisted }) => {
        const settled = ask().then(
          ({ status }) => status,
          () => 0,
        );
        Object.assign(window, { persisted, settled });
      });
      return window.agent.close();
    }, mcp.resource);
    // Chrome empties the cache whenever a rule changes: a request of the page's own takes the last one away.
    await page.evaluate((url) => fetch(url, { method: 'POST', body: '{}' }), mcp.resource);
    const rules = async () =>
      (await browser.worker()).evaluate(async () =>
        (await chrome.declarativeNetRequest.getSessionRules()).map(({ action }) => action.type),
      );
    expect(await rules()).not.toContain('modifyHeaders');
    const before = mcp.log.length;
    await page.goto(elsewhere.origin);
    await page.evaluate(() => history.back()).catch(() => undefined);
    await page.waitForFunction(() => 'settled' in window);
    expect(await page.evaluate(() => (window as unknown as { persisted: boolean }).persisted)).toBe(true);
    await page.evaluate(() => (window as unknown as { settled: Promise<number> }).settled);
    expect(mcp.log.slice(before).filter(({ method }) => method === 'POST')).toMatchObject([
      { scheme: 'DPoP', athOk: true },
    ]);
  });

  await connect(page, { sdk: 'v2', resource: mcp.resource });
  await test.step('Holdfast is loaded anew under an open agent: no handle leaves it, and when its page is loaded again it goes on', async () => {
    const tokens = await page.evaluate(() => window.agent.tokens('v2'));
    const requests = auth.log.length;
    const asked = mcp.log.length;
    const again = await loadAnew(browser);
    await scriptsAreBack({ ...browser, worker: async () => again });

    const refresh = await page.evaluate(async (url) => {
      const { refresh_token } = window.agent.tokens('v2');
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token, client_id: 'any' });
      return fetch(url, { method: 'POST', body }).then(
        ({ status }) => String(status),
        (error: Error) => `${error.name}: ${error.message}`,
      );
    }, `${auth.origin}/token`);
    expect(refresh).toBe('TypeError: Failed to fetch');
    await expect(call(page)).rejects.toThrow('Failed to fetch');
    expect(auth.log).toHaveLength(requests);
    expect(mcp.log).toHaveLength(asked);
    expect(await page.evaluate(() => window.agent.tokens('v2'))).toEqual(tokens);

    const after = { ...browser, worker: async () => again };
    await expect.poll(() => badgeOf(after, page)).toBe('↻');
    const over = await openPopupOver(browser, page);
    await expect(over.getByText('This page was loaded before Holdfast was updated.')).toBeVisible();
    await over.getByRole('button', { name: 'Reload the page' }).click();
    await expect.poll(() => badgeOf(after, page)).toBe('1');
    await page.waitForFunction(() => 'agent' in window);
    await connect(page, { sdk: 'v2', resource: mcp.resource });
    await call(page);
    expectBoundOnly(mcp);
    const popup = await openPopup(browser, agent.origin);
    await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
  });
});

/**
 * Turns Holdfast off and on, as Chrome does when it updates it: its worker, its views and its storage for the session go,
 * and open pages keep the scripts of before. In two steps: a worker that comes while the debugger leaves another is held.
 */
async function loadAnew({ context, id, worker }: Browser): Promise<Worker> {
  const extensions = await context.newPage();
  await extensions.goto(EXTENSIONS_PAGE);
  const turn = (on: boolean) =>
    extensions.evaluate(([name, isOn]) => chrome.management.setEnabled(name, isOn), [id, on] as const);
  const gone = (await worker()).waitForEvent('close');
  await turn(false);
  await gone;
  const again = context.waitForEvent('serviceworker');
  await turn(true);
  await extensions.close();
  return again;
}

test('a missing key is "sign in again", never a new key', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  const options = { sdk: 'v2' as const, resource: mcp.resource };
  await signIn(page, options);
  await openPopup(browser, agent.origin);
  await loseKey(browser);
  await stopWorker(browser);

  const requests = auth.log.length;
  // The person is known to the server, and comes back from it at once.
  await authorizeAgain(page, options);
  const popup = await openPopup(browser, agent.origin);
  await expect(sessionsIn(popup).getByText('Key lost')).toBeVisible();
  await expect(sessionsIn(popup).getByText(/Sign in again/)).toBeVisible();

  await redeem(page, options);
  await call(page);
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
  const grants = auth.log.slice(requests).filter(({ grantType, status }) => grantType && status === 200);
  expect(grants.map(({ grantType }) => grantType)).toEqual(['authorization_code']);
});

/** What is there before the browser is closed, and has to hold when it is opened again. */
interface Story {
  readonly promise: string;
  goesOn(after: Browser): Promise<void>;
}

async function keptSession(world: World, before: Browser): Promise<Story> {
  const { auth, mcp, agent } = await signedIn(world, {}, { browser: before, name: 'kept' });
  const [{ binding }] = await sessionsOf(before, agent);
  await damage(before, 'keys', { thumbprint: binding.thumbprint }, { thumbprint: 'orphan' }); // a copy under another name
  const keys = async (browser: Browser) => (await readStore(browser, 'keys')).map(({ thumbprint }) => thumbprint);
  expect(await keys(before)).toEqual(expect.arrayContaining(['orphan', binding.thumbprint]));
  return {
    promise: 'key, tokens and session are still there; keys that nothing is bound to are deleted',
    async goesOn(after) {
      await expect.poll(() => keys(after)).not.toContain('orphan');
      expect(await keys(after)).toContain(binding.thumbprint);
      const again = await openAgent(after, agent);
      await connect(again, { sdk: 'v2', resource: mcp.resource });
      await call(again);
      expectBoundOnly(mcp);
      expect(await sessionsOf(after, agent)).toMatchObject([{ binding }]);
      expect(auth.log.filter(({ grantType }) => grantType === 'authorization_code')).toHaveLength(2);
    },
  };
}

async function heldSessions(world: World, before: Browser): Promise<Story> {
  const { auth, mcp } = await world.servers({ binding: 'none' });
  const agent = await world.agent('held');
  await world.protect(agent, [auth, mcp], before);
  const all = (['v1', 'v2'] as const).map((sdk) => ({ sdk, account: sdk, resource: mcp.resource }));
  for (const options of all) await signIn(await openAgent(before, agent), options);
  const signIns = auth.log.filter(({ grantType }) => grantType === 'authorization_code').length;
  return {
    promise: 'SDK v1 and v2 go on with the sessions that are held for them',
    async goesOn(after) {
      for (const options of all) {
        const page = await openAgent(after, agent);
        await connect(page, options);
        await call(page, 'list_notes', {}, options.account);
      }
      expect(auth.log.filter(({ grantType }) => grantType === 'authorization_code')).toHaveLength(signIns);
      expect(new Set(mcp.log.flatMap(({ scheme }) => scheme ?? []))).toEqual(new Set(['Bearer']));
    },
  };
}

async function signInUnderWay(world: World, before: Browser): Promise<Story> {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent('under-way');
  const options = { sdk: 'v2' as const, resource: mcp.resource };
  const page = await openAgent(await world.protect(agent, [auth, mcp], before), agent);
  await startSignIn(page, options);
  await page.route(`${agent.origin}/callback*`, (route) => route.abort());
  const called = page.waitForRequest(`${agent.origin}/callback*`);
  await consent(page);
  const callback = new URL((await called).url());
  return {
    promise: 'a sign-in that was under way is finished with its key',
    async goesOn(after) {
      const again = await openAgent(after, agent, callback.pathname + callback.search);
      await again.evaluate((given) => window.agent.finish(given, location.search), options);
      await connect(again, options);
      await call(again);
      expectBoundOnly(mcp);
    },
  };
}

async function serverWithoutDpop(world: World, before: Browser): Promise<Story> {
  const { auth, mcp } = await world.servers({ binding: 'none' });
  const agent = await world.agent('without');
  const habits = { issuer: auth.issuer, resource: mcp.resource, namesResource: true };
  await world.protect(agent, [], before);
  await havePolicy(before, agent.origin, { bearer: 'expose' });
  await signInByHand(await openAgent(before, agent), { ...habits, discovers: true });
  await expect.poll(() => activityCodes(before, agent.origin)).toEqual(['no_dpop']);
  return {
    promise:
      'nobody is asked about a server without DPoP that the agent has discovered, and the reason stays what it was',
    async goesOn(after) {
      const page = await openAgent(after, agent);
      const popup = await openPopup(after, agent.origin);
      const cards = sessionsIn(popup).getByRole('article');
      await expect(cards).toHaveCount(1);
      expect((await page.evaluate(() => window.byHand.refresh())).status).toBe(200);
      await expect.poll(() => activityCodes(after, agent.origin)).toEqual(['no_dpop', 'no_dpop']);
      await signInByHand(page, { ...habits, discovers: false });
      await expect.poll(() => activityCodes(after, agent.origin)).toEqual(['no_dpop', 'no_dpop', 'no_dpop']);
      await expect(cards.getByText('does not offer DPoP').first()).toBeVisible();
      await expect(popup.getByRole('button', { name: 'Allow' })).toHaveCount(0);
    },
  };
}

async function serverThatSpendsFirst(world: World, before: Browser): Promise<Story> {
  let isSpent = false;
  const { auth, mcp } = await world.servers({
    auth: {
      intercept({ method, url }, response) {
        const isSignedIn = auth.log.some(({ grantType, status }) => grantType && status === 200);
        if (!isSignedIn || method !== 'POST' || url !== '/token') return false;
        if (!isSpent && auth.log.at(-1)?.proof?.claims.nonce !== undefined) return false;
        const error = isSpent ? 'invalid_grant' : 'use_dpop_nonce';
        isSpent = true;
        response.writeHead(400, { ...READABLE, 'dpop-nonce': 'too-late' }).end(JSON.stringify({ error }));
        return true;
      },
    },
  });
  const agent = await world.agent('spends');
  await world.protect(agent, [auth, mcp], before);
  const habits = { issuer: auth.issuer, resource: mcp.resource, discovers: true, namesResource: true };
  await signInByHand(await openAgent(before, agent), habits);
  return {
    promise: 'a server that spends the refresh token before it asks for a nonce finds that nonce in the first refresh',
    async goesOn(after) {
      const page = await openAgent(after, agent);
      expect((await page.evaluate(() => window.byHand.refresh())).status).toBe(200);
      expect((await page.evaluate(() => window.byHand.call('list_notes'))).status).toBe(200);
      expectBoundOnly(mcp);
    },
  };
}

const sessionsOf = async (browser: Browser, { origin }: LoopbackServer) =>
  (await readStore(browser, 'sessions')).filter(({ agent }) => agent === origin) as [
    { binding: { thumbprint: string } },
  ];

/** Deletes every key from the extension's own database, as a damaged profile would. */
async function loseKey(browser: Browser): Promise<void> {
  const page = await extensionPage(browser);
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('holdfast');
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const transaction = database.transaction('keys', 'readwrite');
    transaction.objectStore('keys').clear();
    await new Promise((resolve) => {
      transaction.oncomplete = resolve;
    });
    database.close();
  });
}
