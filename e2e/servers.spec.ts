import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Page } from '@playwright/test';
import type { Intercept } from '../src/demo/loopback.ts';
import { signedInByHand } from './support/by-hand.ts';
import { shiftClock } from './support/clock.ts';
import { holdReplyLimit } from './support/patience.ts';
import { activityCodes, readStore } from './support/storage.ts';
import {
  approved,
  authorizeAgain,
  call,
  connect,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  sessionsIn,
  signedIn,
  signIn,
  stopWorker,
  test,
  type World,
} from './support/world.ts';

const CORS = { 'access-control-allow-origin': '*', 'content-type': 'application/json' };

/** Lets a test take over what the token endpoint answers, for as long as it wants. */
function createFault() {
  let fault: ((response: ServerResponse) => void) | undefined;
  const intercept: Intercept = (request, response) => {
    if (!fault || request.method !== 'POST' || request.url !== '/token') return false;
    fault(response);
    return true;
  };
  return {
    intercept,
    set(next: typeof fault): void {
      fault = next;
    },
  };
}

/** A refresh that the page makes by hand, as its own code would; the outcome in words. */
function refresh(page: Page, origin: string): Promise<string> {
  return page.evaluate(async (server) => {
    const { client_id } = JSON.parse(localStorage.getItem('v2.a.client') ?? '{}');
    const refresh_token = window.agent.tokens('v2').refresh_token;
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token, client_id });
    try {
      const response = await fetch(`${server}/token`, { method: 'POST', body });
      const answer = await response.json();
      return `${response.status} ${answer.error ?? answer.access_token === window.agent.tokens('v2').access_token}`;
    } catch (error) {
      return String(error);
    }
  }, origin);
}

const FAULTS: [string, (response: ServerResponse) => void][] = [
  [
    'reply_truncated',
    (response) => {
      response.writeHead(200, { ...CORS, 'content-length': '100' });
      response.write('{"access_token":"a"', () => response.destroy());
    },
  ],
  ['server_unreachable', (response) => response.destroy()],
  ['reply_too_large', (response) => response.writeHead(200, CORS).end('x'.repeat(600_000))],
  ['server_redirected', (response) => response.writeHead(307, { ...CORS, location: '/elsewhere' }).end()],
];

test('a token endpoint that breaks off, hangs up, says too much or redirects fails as fetch fails, with a code, and its session says so and goes on', async ({
  world,
}) => {
  const { intercept, set } = createFault();
  let isDown = false;
  const hangUp: Intercept = ({ socket }) => isDown && !!socket.destroy();
  const { auth, mcp, agent, browser, page } = await signedIn(world, {
    auth: { intercept },
    mcp: { intercept: hangUp },
  });
  const popup = await openPopup(browser, agent.origin);
  const unrefreshed = sessionsIn(popup).getByText(`${new URL(auth.origin).host} could not refresh the token just now.`);
  for (const [code, fault] of FAULTS) {
    set(fault);
    expect(await refresh(page, auth.origin)).toBe('TypeError: Failed to fetch');
    await expect.poll(() => activityCodes(browser, agent.origin)).toContain(code);
    await expect(unrefreshed).toBeVisible();
    await call(page);
  }
  expect(auth.log.some(({ path }) => path === '/elsewhere')).toBe(false);
  set(undefined);
  expect(await refresh(page, auth.origin)).toBe('200 true');
  await call(page);
  expectBoundOnly(mcp);
  await expect(unrefreshed).toHaveCount(0);
  await expect(sessionsIn(popup).getByText('Safe to use.')).toBeVisible();
  isDown = true;
  await expect(call(page)).rejects.toThrow('Failed to fetch');
  await expect(sessionsIn(popup).getByText(/^no answer, /)).toBeVisible();
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
});

test('a token endpoint that hangs is given up after half a minute, and the code is not lost', async ({ world }) => {
  const { intercept, set } = createFault();
  const { auth, mcp } = await world.servers({ auth: { intercept } });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const options = { sdk: 'v2' as const, resource: mcp.resource };
  const page = await openAgent(browser, agent);
  await approved(mcp.resource, () => authorizeAgain(page, options));
  await page.waitForFunction(() => 'agent' in window);

  const limit = await holdReplyLimit(browser);
  let asked = false;
  set(() => {
    asked = true;
  });
  const finished = page.evaluate(
    (given) => window.agent.finish(given, location.search).then(() => 'signed in', String),
    options,
  );
  await expect.poll(() => asked).toBe(true);
  await limit.runOut();
  expect(await finished).toContain('Failed to fetch');
  await expect.poll(() => activityCodes(browser, agent.origin)).toContain('server_timeout');

  set(undefined);
  await page.evaluate((given) => window.agent.finish(given, location.search), options);
  await connect(page, options);
  await call(page);
  expectBoundOnly(mcp);
});

test('a token endpoint that begins a reply and never ends it is given up; other sessions go on, and the refresh token is not lost', async ({
  world,
}) => {
  const { intercept, set } = createFault();
  const { auth, mcp, agent, browser, page } = await signedIn(world, { auth: { intercept } });
  const healthy = await signedIn(world, {}, { name: 'other' });

  const limit = await holdReplyLimit(browser);
  const drip = { bytes: 0, givenUp: false };
  set((response) => {
    response.writeHead(200, CORS).write('{"access_token":"');
    const dripping = setInterval(() => {
      drip.bytes += 1;
      response.write('a');
    }, 20);
    response.on('close', () => {
      clearInterval(dripping);
      drip.givenUp = true;
    });
  });
  const refreshed = refresh(page, auth.origin);
  await expect.poll(() => drip.bytes).toBeGreaterThan(5);
  await call(page);
  expect(await refresh(healthy.page, healthy.auth.origin)).toBe('200 true');
  await call(healthy.page);
  expect(drip.givenUp).toBe(false);
  await limit.runOut();
  expect(await refreshed).toBe('TypeError: Failed to fetch');
  await expect.poll(() => drip.givenUp).toBe(true);
  await expect.poll(() => activityCodes(browser, agent.origin)).toContain('server_timeout');

  set(undefined);
  expect(await refresh(page, auth.origin)).toBe('200 true');
  await call(page);
  expectBoundOnly(mcp);
});

test.describe('a request to a token endpoint goes out in the Origin of its own agent', () => {
  /** Two agents at one authorization server, whose requests in the name of the first can be held. */
  async function twoAgents(world: World) {
    let hold: ((origin: string | undefined) => Promise<boolean>) | undefined;
    const { auth, mcp } = await world.servers({
      auth: {
        intercept: async ({ url, method, headers }) =>
          (url === '/token' && method === 'POST' && (await hold?.(headers.origin))) || false,
      },
    });
    const agents = [await world.agent('one'), await world.agent('two')] as const;
    const pages: Page[] = [];
    for (const agent of agents) {
      const page = await openAgent(await world.protect(agent, [auth, mcp]), agent);
      await signIn(page, { sdk: 'v2', resource: mcp.resource });
      pages.push(page);
    }
    const clients = agents.map(
      ({ origin }) => auth.log.find((entry) => entry.grantType && entry.origin === origin)?.clientId ?? '',
    );
    const expectOwnOrigins = () => {
      const named = auth.log.filter(({ clientId, proofs }) => proofs > 0 && clients.includes(clientId ?? ''));
      const own = named.map(({ clientId }) => agents[clients.indexOf(clientId ?? '')]?.origin);
      expect(named.map(({ origin }) => origin)).toEqual(own);
    };
    const setHold = (next: typeof hold): void => {
      hold = next;
    };
    return { auth, mcp, one: pages[0] as Page, two: pages[1] as Page, agents, expectOwnOrigins, setHold };
  }

  test('when another agent, and pages and workers by themselves, ask the same server at the same time', async ({
    world,
  }) => {
    const { auth, mcp, one, two, agents, expectOwnOrigins, setHold } = await twoAgents(world);
    const stranger = await world.agent('stranger', (request, response) => {
      if (request.url !== '/worker.js') return;
      response.writeHead(200, { 'content-type': 'text/javascript' });
      response.end(`onmessage = ({ data, ports }) =>
        fetch(data, { method: 'POST', body: 'x=1' }).finally(() => ports[0].postMessage(0));`);
    });
    // Protected too: Chrome would let Holdfast change what its worker sends.
    const other = await openAgent(await world.protect(stranger, [auth, mcp]), stranger);
    await other.evaluate(async () => {
      await navigator.serviceWorker.register('/worker.js');
      await navigator.serviceWorker.ready;
    });

    const held: (() => void)[] = [];
    setHold((origin) => {
      if (origin !== agents[0].origin) return Promise.resolve(false);
      return new Promise((resolve) => held.push(() => resolve(false)));
    });
    const first = refresh(one, auth.origin);
    await expect.poll(() => held.length).toBe(1);
    const strangers = other.evaluate(async (url) => {
      const { port1, port2 } = new MessageChannel();
      const answered = new Promise((resolve) => {
        port1.onmessage = resolve;
      });
      (await navigator.serviceWorker.ready).active?.postMessage(url, [port2]);
      await Promise.all([answered, fetch(url, { method: 'POST', body: 'x=1' }).catch(() => undefined)]);
    }, `${auth.origin}/token`);
    const second = refresh(two, auth.origin);
    const isTheirs = ({ origin, endpoint }: (typeof auth.log)[number]) =>
      endpoint === 'token' && origin === stranger.origin;
    await expect.poll(() => auth.log.filter(isTheirs).length).toBe(2);
    expect(held).toHaveLength(1);
    held[0]?.();
    setHold(undefined);
    expect(await Promise.all([first, second, strangers])).toEqual(['200 true', '200 true', undefined]);
    expectOwnOrigins();
  });

  test('when the background died while it asked in the name of another', async ({ world }) => {
    const { auth, one, two, agents, expectOwnOrigins, setHold } = await twoAgents(world);
    let asked = false;
    setHold(async (origin) => {
      const isFirst = origin === agents[0].origin && !asked;
      asked ||= isFirst;
      return isFirst; // never answered: the connection ends with the worker
    });
    const first = refresh(one, auth.origin);
    await expect.poll(() => asked).toBe(true);
    await stopWorker(world.shared);
    expect(await refresh(two, auth.origin)).toBe('200 true');
    expect(await first).toBe('200 true');
    expectOwnOrigins();
    const left = async () => {
      const rules = await (await world.shared.worker()).evaluate(() => chrome.declarativeNetRequest.getSessionRules());
      return rules.filter(({ action }) => action.requestHeaders?.some(({ header }) => header === 'origin'));
    };
    await expect.poll(left).toEqual([]);
  });
});

const HOUR = 3_600_000;

// Other times, and servers with nonces: clocks.test.ts.
test('with a clock that is half a day slow, sign-in, calls and refresh work', async ({ world }) => {
  const { auth, mcp } = await world.servers({ auth: { nonces: false }, mcp: { nonces: false } });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp], await world.fresh());
  const isShifted = await shiftClock(browser, -12 * HOUR);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  await call(page);
  expect(await refresh(page, auth.origin)).toBe('200 true');
  await call(page);
  expectBoundOnly(mcp);
  expect(auth.log.filter(({ grantType }) => grantType === 'authorization_code').length).toBeLessThanOrEqual(3);
  // Once it is known how far the clock is off, no proof is refused for it any more.
  expect(mcp.log.filter(({ error }) => error === 'invalid_dpop_proof').length).toBeLessThanOrEqual(1);
  // A worker that Chrome had started anew would have had the right time.
  expect(await isShifted()).toBe(true);
});

test('with a clock that is off, a code is not lost at a server that spends it before it looks at the proof', async ({
  world,
}) => {
  const browser = await world.fresh();
  let off = 0;
  for (const wanted of [6_000, 60_000, -400_000]) {
    const refused: number[] = [];
    const { auth, mcp } = await world.servers({
      auth: {
        nonces: false,
        intercept({ method, url }, response) {
          if (method !== 'POST' || url !== '/token') return false;
          const ahead = Number(auth.log.at(-1)?.proof?.claims.iat) - Date.now() / 1000;
          if (refused.length === 0 && ahead <= 5 && ahead > -60) return false;
          const error = refused.length > 0 ? 'invalid_grant' : 'invalid_dpop_proof';
          refused.push(ahead);
          response.writeHead(400, CORS).end(JSON.stringify({ error }));
          return true;
        },
      },
    });
    const agent = await world.agent();
    await world.protect(agent, [auth, mcp], browser);
    const isShifted = await shiftClock(browser, wanted - off);
    off = wanted;
    const page = await openAgent(browser, agent);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    await call(page);
    expect(await refresh(page, auth.origin)).toBe('200 true');
    expect(refused).toEqual([]);
    expect(await isShifted()).toBe(true);
  }
});

test('an MCP server that asks for a nonce with 400 gets it', async ({ world }) => {
  let challenged = 0;
  const intercept: Intercept = (_, response) => {
    const { writeHead } = response;
    Object.assign(response, {
      writeHead(status: number, headers: OutgoingHttpHeaders) {
        const asks = String(headers['www-authenticate']).includes('use_dpop_nonce');
        if (asks) challenged += 1;
        return writeHead.call(response, asks ? 400 : status, headers);
      },
    });
    return false;
  };
  const { mcp, page } = await signedIn(world, { mcp: { intercept } });
  const first = challenged;
  expect(first).toBeGreaterThan(0);
  mcp.expireNonces();
  await call(page);
  expect(challenged).toBeGreaterThan(first);
  expectBoundOnly(mcp);
});

test('a server that repeats the token where its CORS keeps it from the page is noticed, and the page does not read it', async ({
  world,
}) => {
  const intercept: Intercept = ({ headers: { authorization } }, response) => {
    const { writeHead } = response;
    const repeating = (status: number, headers: OutgoingHttpHeaders) =>
      writeHead.call(response, status, {
        ...headers,
        'access-control-expose-headers': 'mcp-session-id',
        'www-authenticate': [headers['www-authenticate'], `Debug realm="${authorization}"`].filter(Boolean).join(', '),
      });
    if (authorization) Object.assign(response, { writeHead: repeating });
    return false;
  };
  const { agent, browser, mcp, page } = await signedInByHand(world, undefined, { mcp: { intercept } });
  // Nor does it read the challenge for a nonce, which is answered all the same.
  const { status, challenge } = await page.evaluate(() => window.byHand.call('list_notes'));
  expect([status, challenge]).toEqual([200, null]);
  expect(mcp.log.find(({ scheme }) => scheme)?.status).toBe(401);
  expectBoundOnly(mcp);
  const popup = await openPopup(browser, agent.origin);
  await expect(sessionsIn(popup).getByRole('article')).toContainText('This server repeats the token in its answers');
});

for (const binding of ['required', 'none'] as const) {
  test(`an MCP server that is not there any more, where DPoP is ${binding}, leaves word of it`, async ({ world }) => {
    const { mcp, agent, browser, page } = await signedIn(world, { binding });
    const popup = await openPopup(browser, agent.origin);
    await call(page);
    await mcp.close();
    await expect(call(page)).rejects.toThrow('Failed to fetch');
    await expect(sessionsIn(popup).getByText(/^no answer, /)).toBeVisible();
    const lines = async () => (await readStore(browser, 'activity')).filter((line) => line.agent === agent.origin);
    const kinds = async () => (await lines()).map(({ kind }) => kind);
    await expect.poll(kinds).toContain('unserved');
  });
}
