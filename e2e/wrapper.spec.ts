import type { ServerResponse } from 'node:http';
import { call, expect, openAgent, openPopup, sessionsIn, signedIn, signIn, test, type World } from './support/world.ts';

/** An agent beside a stream that the test writes. */
async function streaming(world: World) {
  const streams: ServerResponse[] = [];
  let closed = 0;
  const signed = await signedIn(world, {
    mcp: {
      intercept: (request, response) => {
        if (request.method !== 'GET' || request.url !== '/mcp/stream') return false;
        response.writeHead(200, { 'content-type': 'text/event-stream', 'access-control-allow-origin': '*' });
        response.write('data: öpen\n\n');
        response.once('close', () => (closed += 1));
        streams.push(response);
        return true;
      },
    },
  });
  await signed.page.evaluate((url) => {
    const xhr = new XMLHttpRequest();
    const events: string[] = [];
    const note = ({ type }: Event) => events.push(type === 'readystatechange' ? `state ${xhr.readyState}` : type);
    for (const type of ['readystatechange', 'progress', 'load', 'error', 'abort', 'loadend'])
      xhr.addEventListener(type, note);
    const open = () => {
      xhr.open('GET', url);
      xhr.setRequestHeader('Authorization', `Bearer ${window.agent.tokens('v2').access_token}`);
    };
    open();
    xhr.send();
    Object.assign(window, { xhr, events, open });
  }, `${signed.mcp.resource}/stream`);
  const text = () => signed.page.evaluate(() => (window as unknown as { xhr: XMLHttpRequest }).xhr.responseText);
  const events = () => signed.page.evaluate(() => (window as unknown as { events: string[] }).events.join());
  await expect.poll(text).toBe('data: öpen\n\n');
  return { ...signed, text, events, stream: () => streams.at(-1), closed: () => closed };
}

test.describe('a stream that is read by XMLHttpRequest', () => {
  test('is read as it comes, characters that are cut in two included', async ({ world }) => {
    const { text, events, stream } = await streaming(world);
    expect(await events()).toContain('state 3,progress');
    const [first, second] = [Buffer.from('data: é\n\n').subarray(0, 7), Buffer.from('data: é\n\n').subarray(7)];
    stream()?.write(first);
    await expect.poll(text).toBe('data: öpen\n\ndata: ');
    stream()?.write(second);
    await expect.poll(text).toBe('data: öpen\n\ndata: é\n\n');
    expect(await events()).not.toContain('load');
    stream()?.end();
    await expect.poll(events).toContain('state 4,load,loadend');
  });

  test('ends at the server when script opens the request anew, and says nothing more', async ({ world }) => {
    const { page, events, stream, closed } = await streaming(world);
    const before = await events();
    await page.evaluate(() => (window as unknown as { open(): void }).open());
    await expect.poll(closed).toBe(1);
    const seen = () =>
      page.evaluate(() => {
        const { readyState, status, responseText } = (window as unknown as { xhr: XMLHttpRequest }).xhr;
        return { readyState, status, responseText };
      });
    expect(await seen()).toEqual({ readyState: 1, status: 0, responseText: '' });
    expect((await events()).slice(before.length)).not.toMatch(/abort|error|load/);
    await page.evaluate(() => (window as unknown as { xhr: XMLHttpRequest }).xhr.send());
    await expect.poll(() => seen().then(({ status }) => status)).toBe(200);
    stream()?.end();
  });

  test('that the server breaks off is an error', async ({ world }) => {
    const { text, events, stream } = await streaming(world);
    stream()?.destroy();
    await expect.poll(events).toContain('state 4,error,loadend');
    expect(await text()).toBe('');
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
  for (const { scheme, athOk } of answered) expect({ scheme, athOk }).toEqual({ scheme: 'DPoP', athOk: true });
  expect(mcp.log.some(({ tokenOnOptions }) => tokenOnOptions)).toBe(false);
});

test.describe('while a token may be presented at a URL, a request of the page’s own waits', () => {
  for (const [by, below] of [
    ['fetch', '/below'],
    ['fetch', '?x=1'],
    ['xhr', ''],
    ['xhr', '/below'],
  ] as const) {
    test(`by ${by} to the resource’s URL and “${below}”`, async ({ world }) => {
      const { mcp, page } = await signedIn(world);
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
        expect(mcp.log.at(-1)).toMatchObject({ method: 'POST', scheme: undefined, proofs: 0 });
      }
    });
  }
});

test('a page that breaks its discovery off while it is held need not wait for it', async ({ world }) => {
  let held: (() => void) | undefined;
  const { auth, mcp } = await world.servers({
    auth: {
      intercept: async (request) => {
        if (request.headers.origin || !request.url?.includes('/.well-known/') || held) return false;
        await new Promise<void>((resolve) => {
          held = resolve;
        });
        return false;
      },
    },
  });
  const agent = await world.agent();
  const page = await openAgent(await world.protect(agent, [auth, mcp]), agent);
  const outcome = page.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const abort = new AbortController();
        Object.assign(window, { abort });
        fetch(url, { signal: abort.signal }).then(
          () => resolve('answered'),
          ({ name }) => resolve(name),
        );
      }),
    `${auth.origin}/.well-known/oauth-authorization-server`,
  );
  await expect.poll(() => held !== undefined).toBe(true);
  await page.evaluate(() => (window as unknown as { abort: AbortController }).abort.abort());
  expect(await outcome).toBe('AbortError');
  held?.();
});

test('a service worker of the page that sends its requests on breaks them: bounded, and said in the popup', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent('agent', (request, response) => {
    if (request.url !== '/worker.js') return;
    response.writeHead(200, { 'content-type': 'text/javascript' });
    response.end(`onactivate = (event) => event.waitUntil(clients.claim());
      onfetch = (event) => event.respondWith(fetch(event.request));`);
  });
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
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
  await expect(sessionsIn(popup)).toContainText('The server keeps refusing');
});
