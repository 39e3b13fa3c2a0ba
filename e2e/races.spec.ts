import type { Page } from '@playwright/test';
import type { ResourceServer } from '../src/demo/resource-server.ts';
import {
  call,
  connect,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  sessionsIn,
  signIn,
  stopWorker,
  test,
} from './support/world.ts';

const toolCalls = ({ log }: ResourceServer) => log.filter(({ tool, status }) => tool && status === 200);

const ownerOf = (result: unknown) => (result as { structuredContent?: { owner?: string } }).structuredContent?.owner;

/** Requests of the page's own making with its handle, all at once. */
const requests = (page: Page, url: string, count: number, headers: Record<string, string> = {}) =>
  page.evaluate(
    async ([to, number, more]) => {
      const { access_token: token } = window.agent.tokens('v2');
      const one = () =>
        fetch(to, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            ...more,
          },
          body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
        }).then(
          ({ status }) => status,
          () => 0,
        );
      return Promise.all(Array.from({ length: number }, one));
    },
    [url, count, headers] as const,
  );

test('200 requests of one page at once each carry a proof of their own', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  await page.evaluate(() => Promise.all(Array.from({ length: 200 }, () => window.agent.call('list_notes'))));
  expect(toolCalls(mcp)).toHaveLength(200);
  expectBoundOnly(mcp);
});

test('twenty tabs of one agent share a session, its nonces and its refresh', async ({ world }) => {
  test.setTimeout(120_000);
  const { auth, mcp } = await world.servers({ auth: { accessTokenTtl: 6 } });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const options = { sdk: 'v2' as const, resource: mcp.resource };
  const first = await openAgent(browser, agent);
  await signIn(first, options);
  const tabs = [first, ...(await Promise.all(Array.from({ length: 19 }, () => openAgent(browser, agent))))];
  await Promise.all(tabs.slice(1).map((tab) => connect(tab, options)));
  const refreshes = () => auth.log.filter(({ grantType, status }) => grantType === 'refresh_token' && status === 200);
  // All of them find the token expired at about the same time.
  await expect
    .poll(async () => {
      await Promise.all(tabs.map((tab) => call(tab)));
      return refreshes().length;
    })
    .toBeGreaterThan(0);
  const refused = auth.log.filter(({ grantType, error }) => grantType === 'refresh_token' && error === 'invalid_grant');
  expect(refused).toHaveLength(0); // a refresh token that is used twice logs the person out
  // A proof that was on its way when the token changed meets no rule any more, or the new token: it is refused, and its
  // request made once more.
  const late = mcp.log.filter(({ status, proofs, athOk }) => status === 401 && proofs === 1 && athOk === false);
  expect(late.length).toBeLessThanOrEqual(tabs.length * refreshes().length);
  expectBoundOnly({ ...mcp, log: mcp.log.filter((entry) => !late.includes(entry)) });
});

test('two accounts in two tabs do not mix', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const tabs: Page[] = [];
  for (const account of ['ada', 'bob']) {
    const page = await openAgent(browser, agent);
    await page.goto(`${auth.origin}/signout`);
    await page.goto(agent.origin);
    await page.waitForFunction(() => 'agent' in window);
    await signIn(page, { sdk: 'v2', resource: mcp.resource, account }, account);
    tabs.push(page);
  }
  const [ada, bob] = tabs as [Page, Page];
  const owners = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      index % 2 ? call(bob, 'list_notes', {}, 'bob').then(ownerOf) : call(ada, 'list_notes', {}, 'ada').then(ownerOf),
    ),
  );
  expect(owners).toEqual(Array.from({ length: 20 }, (_, index) => (index % 2 ? 'bob' : 'ada')));
  expectBoundOnly(mcp);
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
    await page.goto(agent.origin);
    await page.waitForFunction(() => 'agent' in window);
    await signIn(page, { sdk: 'v2', resource: mcp.resource, account: String(index) });
  }
  await page.goto(agent.origin);
  await page.waitForFunction(() => 'agent' in window);
  for (const [index, { mcp }] of pairs.entries()) {
    await connect(page, { sdk: 'v2', resource: mcp.resource, account: String(index) });
  }
  await Promise.all(pairs.flatMap((_, index) => [1, 2, 3, 4].map(() => call(page, 'list_notes', {}, String(index)))));
  for (const { mcp } of pairs) {
    expect(toolCalls(mcp).length).toBeGreaterThanOrEqual(4);
    expectBoundOnly(mcp);
    // A nonce of another server would be refused, and asked for anew.
    expect(mcp.log.filter(({ error }) => error === 'use_dpop_nonce').length).toBeLessThanOrEqual(1);
  }
});

test('two agents at one resource have a key and a session each', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const pages: Page[] = [];
  for (const name of ['one', 'two']) {
    const agent = await world.agent(name);
    const page = await openAgent(await world.protect(agent, [auth, mcp]), agent);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    pages.push(page);
  }
  await Promise.all(pages.flatMap((page) => [call(page), call(page)]));
  const keys = auth.log.flatMap(({ codeChallenge, dpopJkt }) => (codeChallenge && dpopJkt ? [dpopJkt] : []));
  expect(new Set(keys).size).toBe(2);
  expectBoundOnly(mcp);
});

test.describe('a server that keeps refusing', () => {
  test('with a new nonce for every request gets one retry each, and no more', async ({ world }) => {
    const { auth, mcp } = await world.servers();
    const agent = await world.agent();
    const browser = await world.protect(agent, [auth, mcp]);
    const page = await openAgent(browser, agent);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    for (let index = 0; index < 10; index += 1) {
      mcp.expireNonces();
      const before = mcp.log.length;
      await call(page);
      const attempts = mcp.log.slice(before).filter(({ tool, scheme }) => tool || scheme);
      expect(attempts.filter(({ method }) => method === 'POST').length).toBeLessThanOrEqual(2);
      expect(attempts.at(-1)?.status).toBe(200);
    }
    expectBoundOnly(mcp);
  });

  test('for ever is asked a bounded number of times, and the popup says why', async ({ world }) => {
    let refusing = false;
    let asked = 0;
    const { auth, mcp } = await world.servers({
      mcp: {
        intercept: (request, response) => {
          if (!refusing || request.method !== 'POST') return false;
          asked += 1;
          response.writeHead(401, {
            'access-control-allow-origin': '*',
            'access-control-expose-headers': 'WWW-Authenticate, DPoP-Nonce',
            'www-authenticate': 'DPoP error="use_dpop_nonce"',
            'dpop-nonce': `nonce-${asked}`,
          });
          response.end();
          return true;
        },
      },
    });
    const agent = await world.agent();
    const browser = await world.protect(agent, [auth, mcp]);
    const page = await openAgent(browser, agent);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    refusing = true;
    const statuses: number[] = [];
    for (let index = 0; index < 60; index += 1) statuses.push(...(await requests(page, mcp.resource, 1)));
    expect(statuses.slice(0, 3)).toEqual([401, 401, 401]);
    expect(statuses.slice(-3)).toEqual([0, 0, 0]);
    expect(asked).toBeLessThanOrEqual(24);
    const popup = await openPopup(browser, agent.origin);
    await expect(sessionsIn(popup)).toContainText('The server keeps refusing');
  });
});

test.describe('a stream', () => {
  test('goes on while the worker dies, and its end is the server’s', async ({ world }) => {
    let tell: (line: string) => void = () => undefined;
    let end: () => void = () => undefined;
    const { auth, mcp } = await world.servers({
      mcp: {
        intercept: (request, response) => {
          if (request.method !== 'GET' || request.url !== '/mcp/stream') return false;
          response.writeHead(200, { 'content-type': 'text/event-stream', 'access-control-allow-origin': '*' });
          tell = (line) => void response.write(`data: ${line}\n\n`);
          end = () => void response.end();
          tell('open');
          return true;
        },
      },
    });
    const agent = await world.agent();
    const browser = await world.protect(agent, [auth, mcp]);
    const page = await openAgent(browser, agent);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    await page.evaluate(async (url) => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      const { access_token: token } = window.agent.tokens('v2');
      const { body } = await fetch(url, { headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' } });
      const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
      const read = async (): Promise<void> => {
        const { done, value } = (await reader?.read()) ?? { done: true, value: '' };
        heard.push(done ? 'ended' : (value ?? ''));
        if (!done) await read();
      };
      void read();
    }, `${mcp.resource}/stream`);
    const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard.join(''));
    await expect.poll(heard).toContain('open');
    for (const line of ['first', 'second']) {
      await stopWorker(browser);
      tell(line);
      await expect.poll(heard).toContain(line);
    }
    await call(page); // and a request meanwhile wakes the worker
    end();
    await expect.poll(heard).toContain('ended');
    expectBoundOnly(mcp);
  });

  test('carries the protocol’s own headers and methods as the page sent them', async ({ world }) => {
    const seen: { method: string | undefined; headers: NodeJS.Dict<string | string[]> }[] = [];
    const { auth, mcp } = await world.servers({
      mcp: {
        intercept: (request, response) => {
          if (!request.headers['x-test'] && request.method !== 'OPTIONS') return false;
          const cors = {
            'access-control-allow-origin': '*',
            'access-control-allow-methods': '*',
            'access-control-allow-headers': `${request.headers['access-control-request-headers']}`,
          };
          if (request.method === 'OPTIONS') {
            response.writeHead(204, cors).end();
            return true;
          }
          seen.push({ method: request.method, headers: request.headers });
          response.writeHead(request.method === 'DELETE' ? 204 : 404, cors).end();
          return true;
        },
      },
    });
    const agent = await world.agent();
    const browser = await world.protect(agent, [auth, mcp]);
    const page = await openAgent(browser, agent);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    const own = {
      'x-test': '1',
      'mcp-session-id': 'session-1',
      'last-event-id': 'event-7',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'list_notes',
    };
    const statuses = await page.evaluate(
      async ([url, headers]) => {
        const { access_token: token } = window.agent.tokens('v2');
        const send = (method: string) =>
          fetch(url, { method, headers: { ...headers, authorization: `Bearer ${token}` } }).then(
            ({ status }) => status,
          );
        return [await send('GET'), await send('POST'), await send('DELETE')];
      },
      [mcp.resource, own] as const,
    );
    expect(statuses).toEqual([404, 404, 204]); // a session that the server has ended reads so
    expect(seen.map(({ method }) => method)).toEqual(['GET', 'POST', 'DELETE']);
    for (const { headers } of seen) {
      expect(headers).toMatchObject(own);
      expect(headers.authorization).toMatch(/^DPoP /);
    }
  });
});
