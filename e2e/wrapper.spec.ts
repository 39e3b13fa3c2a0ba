import type { ServerResponse } from 'node:http';
import { createLatch } from './support/latch.ts';
import { createSwitch } from './support/switched.ts';
import {
  call,
  clearLog,
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

test.describe('a page that is signed in', () => {
  const onMcp = createSwitch();
  const scene = shareScene(async (world) => {
    const { auth, mcp } = await world.servers({ mcp: { intercept: onMcp.intercept } });
    const agent = await world.agent('agent', (request, response) => {
      if (request.url !== '/worker.js') return;
      response.writeHead(200, { 'content-type': 'text/javascript' });
      response.end(`onactivate = (event) => event.waitUntil(clients.claim());
        onfetch = (event) => event.respondWith(fetch(event.request));`);
    });
    const browser = await world.protect(agent, [auth, mcp]);
    const page = await openAgent(browser, agent);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    await call(page);
    return { mcp, agent, browser, page };
  });

  test.beforeEach(() => {
    clearLog(scene().mcp);
    onMcp.set(undefined);
  });

  test('a stream that is read by XMLHttpRequest is read as it comes, and ends at the server when it is broken off', async () => {
    let stream: ServerResponse | undefined;
    const closed = createLatch();
    const { mcp, page } = scene();
    onMcp.set((request, response) => {
      if (request.method !== 'GET' || request.url !== '/mcp/stream') return false;
      response.writeHead(200, { 'content-type': 'text/event-stream', 'access-control-allow-origin': '*' });
      response.once('close', closed.open).write('data: first\n\n');
      stream = response;
      return true;
    });
    await page.evaluate((url) => {
      const xhr = new XMLHttpRequest();
      xhr.open('GET', url);
      xhr.setRequestHeader('Authorization', `Bearer ${window.agent.tokens('v2').access_token}`);
      xhr.send();
      Object.assign(window, { xhr });
    }, `${mcp.resource}/stream`);
    const text = () => page.evaluate(() => (window as unknown as { xhr: XMLHttpRequest }).xhr.responseText);
    await expect.poll(text).toBe('data: first\n\n');
    stream?.write('data: second\n\n');
    await expect.poll(text).toBe('data: first\n\ndata: second\n\n');
    await page.evaluate(() => (window as unknown as { xhr: XMLHttpRequest }).xhr.abort());
    await closed.opened;
    expectBoundOnly(mcp);
  });

  test('while a token may be presented at a URL, a request of the page’s own waits', async () => {
    const { mcp, page } = scene();
    for (const [by, below] of [
      ['fetch', ''],
      ['fetch', '/below'],
      ['fetch', '?x=1'],
      ['xhr', ''],
      ['xhr', '/below'],
    ] as const) {
      for (let round = 0; round < 3; round += 1) {
        await call(page);
        await page.evaluate(
          ([url, how]) =>
            new Promise<void>((resolve) => {
              if (how === 'fetch') return void fetch(url, { method: 'POST', body: '{}' }).finally(resolve);
              const xhr = new XMLHttpRequest();
              xhr.onloadend = () => resolve();
              xhr.open('POST', url);
              xhr.send('{}');
            }),
          [mcp.resource + below, by] as const,
        );
        expect(mcp.log.at(-1), `${by} ${below}`).toMatchObject({ method: 'POST', scheme: undefined, proofs: 0 });
      }
    }
  });

  // The last: it breaks the page for the others.
  test('a service worker of the page that sends its requests on breaks them: bounded, and the popup says why', async () => {
    const { mcp, agent, browser, page } = scene();
    await page.evaluate(async () => {
      const controlled = new Promise((resolve) => {
        navigator.serviceWorker.oncontrollerchange = resolve;
      });
      await navigator.serviceWorker.register('/worker.js');
      await controlled;
    });
    const before = mcp.log.length;
    const statuses = await page.evaluate(async (url) => {
      const found: unknown[] = [];
      for (let id = 1; id <= 30; id += 1) {
        const headers = {
          authorization: `Bearer ${window.agent.tokens('v2').access_token}`,
          'content-type': 'application/json',
        };
        const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
        found.push(await fetch(url, { method: 'POST', headers, body }).then(({ status }) => status, String));
      }
      return found;
    }, mcp.resource);
    expect(statuses.slice(0, 3)).toEqual([401, 401, 401]);
    expect(statuses.slice(-3)).toEqual(Array.from({ length: 3 }, () => 'TypeError: Failed to fetch'));
    const left = mcp.log.slice(before).filter(({ method }) => method === 'POST');
    expect(left.length).toBeLessThanOrEqual(12);
    expect(left.filter(({ status }) => status !== 401)).toEqual([]); // with a handle: the real token stays where it is
    expect(left.map(({ scheme }) => scheme)).toEqual(left.map(() => 'Bearer'));
    const popup = await openPopup(browser, agent.origin);
    await expect(sessionsIn(popup)).toContainText('A service worker or shared worker of this site sends');
  });
});

test('a server that sends its clients on to the same path with a slash gets a proof for where it is', async ({
  world,
}) => {
  const { mcp, page } = await signedIn(world, {
    mcp: {
      path: '/mcp/',
      intercept: (request, response) => {
        if (request.url !== '/mcp' || request.method === 'OPTIONS') return false;
        response.writeHead(307, { location: '/mcp/', 'access-control-allow-origin': '*' }).end();
        return true;
      },
    },
  });
  const before = mcp.log.length;
  // The official SDKs follow no redirect in a browser; others leave it to `fetch`.
  const statuses = await page.evaluate(async (url) => {
    const found: number[] = [];
    for (let id = 1; id <= 12; id += 1) {
      const { status } = await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${window.agent.tokens('v2').access_token}`,
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id,
          method: 'initialize',
          params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'by-hand', version: '1' } },
        }),
      });
      found.push(status);
    }
    return found;
  }, `${mcp.origin}/mcp`);
  expect(statuses).toEqual(Array.from({ length: 12 }, () => 200));
  const answered = mcp.log.slice(before).filter(({ path, method }) => path === '/mcp/' && method === 'POST');
  expect(answered).toHaveLength(24);
  // Before each, Chrome has followed the redirect with what stood there: the token for as long as its rule does, else the handle.
  const served = answered.filter(({ status }) => status === 200);
  expect(served).toHaveLength(12);
  for (const { scheme, athOk } of served) expect({ scheme, athOk }).toEqual({ scheme: 'DPoP', athOk: true });
  expect(mcp.log.some(({ tokenOnOptions }) => tokenOnOptions)).toBe(false);
});
