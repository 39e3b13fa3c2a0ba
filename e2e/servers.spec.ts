import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Page } from '@playwright/test';
import type { Intercept, LoopbackServer } from '../src/demo/loopback.ts';
import type { ResourceServer } from '../src/demo/resource-server.ts';
import { signInByHand } from './support/by-hand.ts';
import { shiftClock } from './support/clock.ts';
import { holdReplyLimit } from './support/patience.ts';
import { activityCodes, readStore } from './support/storage.ts';
import { createSwitch } from './support/switched.ts';
import {
  approved,
  authorizeAgain,
  call,
  clearLog,
  connect,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  sessionsIn,
  shareScene,
  signIn,
  stopWorker,
  test,
  type World,
} from './support/world.ts';

const CORS = { 'access-control-allow-origin': '*', 'content-type': 'application/json' };

/** What the token endpoint answers in place of its own: to all agents, or to one. */
const atToken =
  (answer: (response: ServerResponse) => void, origin?: string): Intercept =>
  ({ method, url, headers }, response) => {
    if (method !== 'POST' || url !== '/token' || (origin && headers.origin !== origin)) return false;
    answer(response);
    return true;
  };

/** The agent, signed in there. */
async function signedInAt(
  world: World,
  agent: LoopbackServer,
  auth: LoopbackServer,
  mcp: ResourceServer,
): Promise<Page> {
  const page = await openAgent(await world.protect(agent, [auth, mcp]), agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  return page;
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

test.describe('two agents that are signed in', () => {
  const [onAuth, onMcp] = [createSwitch(), createSwitch()];
  const scene = shareScene(async (world) => {
    const { auth, mcp } = await world.servers({
      auth: { intercept: onAuth.intercept },
      mcp: { intercept: onMcp.intercept },
    });
    const agents = [await world.agent('one'), await world.agent('two')] as const;
    const [page, two] = [await signedInAt(world, agents[0], auth, mcp), await signedInAt(world, agents[1], auth, mcp)];
    const clients = agents.map(
      ({ origin }) => auth.log.find((entry) => entry.grantType && entry.origin === origin)?.clientId ?? '',
    );
    return { auth, mcp, agents, agent: agents[0], clients, browser: world.shared, page, two, world };
  });

  test.beforeEach(async () => {
    for (const server of [onAuth, onMcp]) server.set(undefined);
    await stopWorker(scene().browser); // it would share the refresh of the test before for some seconds
    await call(scene().page);
    for (const server of [scene().auth, scene().mcp]) clearLog(server);
  });

  /** How often it was said of the first agent that a server took too long. */
  const timeouts = async () => {
    const codes = await activityCodes(scene().browser, scene().agent.origin);
    return codes.filter((code) => code === 'server_timeout').length;
  };

  test('a token endpoint that breaks off, hangs up, says too much or redirects fails as fetch fails, with a code, and its session says so and goes on', async () => {
    const { auth, mcp, agent, browser, page } = scene();
    const popup = await openPopup(browser, agent.origin);
    const unrefreshed = sessionsIn(popup).getByText(
      `${new URL(auth.origin).host} could not refresh the token just now.`,
    );
    for (const [, fault] of FAULTS) {
      onAuth.set(atToken(fault));
      expect(await refresh(page, auth.origin)).toBe('TypeError: Failed to fetch');
      await expect(unrefreshed).toBeVisible();
      await call(page);
    }
    const codes = FAULTS.map(([code]) => code);
    await expect.poll(() => activityCodes(browser, agent.origin)).toEqual(expect.arrayContaining(codes));
    expect(auth.log.some(({ path }) => path === '/elsewhere')).toBe(false);
    onAuth.set(undefined);
    expect(await refresh(page, auth.origin)).toBe('200 true');
    await call(page);
    expectBoundOnly(mcp);
    await expect(unrefreshed).toHaveCount(0);
    await expect(sessionsIn(popup).getByText('Safe to use.')).toBeVisible();
    onMcp.set(({ socket }) => !!socket.destroy());
    await expect(call(page)).rejects.toThrow('Failed to fetch');
    await expect(sessionsIn(popup).getByText(/^no answer, /)).toBeVisible();
    await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
  });

  test('a token endpoint that hangs is given up after half a minute, and the code is not lost', async () => {
    const { mcp, agent, browser } = scene();
    const page = await openAgent(browser, agent);
    const options = { sdk: 'v2' as const, resource: mcp.resource, account: 'b' };
    await approved(mcp.resource, () => authorizeAgain(page, options));
    await page.waitForFunction(() => 'agent' in window);

    const limit = await holdReplyLimit(browser);
    const before = await timeouts();
    let asked = false;
    onAuth.set(
      atToken(() => {
        asked = true;
      }),
    );
    const finished = page.evaluate(
      (given) => window.agent.finish(given, location.search).then(() => 'signed in', String),
      options,
    );
    await expect.poll(() => asked).toBe(true);
    await limit.runOut();
    expect(await finished).toContain('Failed to fetch');
    await expect.poll(timeouts).toBe(before + 1);

    onAuth.set(undefined);
    await page.evaluate((given) => window.agent.finish(given, location.search), options);
    await connect(page, options);
    await call(page, 'list_notes', {}, 'b');
    expectBoundOnly(mcp);
  });

  test('a token endpoint that begins a reply and never ends it is given up; other sessions go on, and the refresh token is not lost', async () => {
    const { auth, mcp, agent, browser, page, two } = scene();
    const limit = await holdReplyLimit(browser);
    const before = await timeouts();
    const drip = { bytes: 0, givenUp: false };
    onAuth.set(
      atToken((response) => {
        response.writeHead(200, CORS).write('{"access_token":"');
        const dripping = setInterval(() => {
          drip.bytes += 1;
          response.write('a');
        }, 20);
        response.on('close', () => {
          clearInterval(dripping);
          drip.givenUp = true;
        });
      }, agent.origin),
    );
    const refreshed = refresh(page, auth.origin);
    await expect.poll(() => drip.bytes).toBeGreaterThan(5);
    await call(page);
    expect(await refresh(two, auth.origin)).toBe('200 true');
    await call(two);
    expect(drip.givenUp).toBe(false);
    await limit.runOut();
    expect(await refreshed).toBe('TypeError: Failed to fetch');
    await expect.poll(() => drip.givenUp).toBe(true);
    await expect.poll(timeouts).toBe(before + 1);

    onAuth.set(undefined);
    expect(await refresh(page, auth.origin)).toBe('200 true');
    await call(page);
    expectBoundOnly(mcp);
  });

  test.describe('a request to a token endpoint goes out in the Origin of its own agent', () => {
    function expectOwnOrigins(): void {
      const { auth, agents, clients } = scene();
      const named = auth.log.filter(({ clientId, proofs }) => proofs > 0 && clients.includes(clientId ?? ''));
      const own = named.map(({ clientId }) => agents[clients.indexOf(clientId ?? '')]?.origin);
      expect(named.length).toBeGreaterThan(1);
      expect(named.map(({ origin }) => origin)).toEqual(own);
    }

    test('when another agent, and pages and workers by themselves, ask the same server at the same time', async () => {
      const { auth, mcp, world, page: one, two, agents } = scene();
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
      onAuth.set(({ url, method, headers: { origin } }) => {
        if (url !== '/token' || method !== 'POST' || origin !== agents[0].origin) return false;
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
      onAuth.set(undefined);
      expect(await Promise.all([first, second, strangers])).toEqual(['200 true', '200 true', undefined]);
      expectOwnOrigins();
    });

    test('when the background died while it asked in the name of another', async () => {
      const { auth, browser, page: one, two, agents } = scene();
      let asked = false;
      onAuth.set(({ url, method, headers: { origin } }) => {
        const isFirst = url === '/token' && method === 'POST' && origin === agents[0].origin && !asked;
        asked ||= isFirst;
        return isFirst; // never answered: the connection ends with the worker
      });
      const first = refresh(one, auth.origin);
      await expect.poll(() => asked).toBe(true);
      await stopWorker(browser);
      expect(await refresh(two, auth.origin)).toBe('200 true');
      expect(await first).toBe('200 true');
      expectOwnOrigins();
      const left = async () => {
        const rules = await (await browser.worker()).evaluate(() => chrome.declarativeNetRequest.getSessionRules());
        return rules.filter(({ action }) => action.requestHeaders?.some(({ header }) => header === 'origin'));
      };
      await expect.poll(left).toEqual([]);
    });
  });
});

const HOUR = 3_600_000;

test('a clock that is off', async ({ world }) => {
  const browser = await world.fresh();
  const agent = await world.agent();
  const slow = await world.servers({ auth: { nonces: false }, mcp: { nonces: false } });
  const strict = await Promise.all([6_000, 60_000, -400_000].map((wanted) => strictServers(world, wanted)));
  await world.protect(
    agent,
    [slow, ...strict].flatMap(({ auth, mcp }) => [auth, mcp]),
    browser,
  );
  const page = await openAgent(browser, agent);
  const goOn = async ({ auth, mcp }: typeof slow, wanted: number) => {
    const isShifted = await shiftClock(browser, wanted);
    await page.evaluate(() => localStorage.clear());
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    await call(page);
    expect(await refresh(page, auth.origin)).toBe('200 true');
    await call(page);
    expectBoundOnly(mcp);
    // A worker that Chrome had started anew would have had the right time.
    expect(await isShifted()).toBe(true);
  };

  // Other times, and servers with nonces: clocks.test.ts.
  await test.step('half a day slow: sign-in, calls and refresh work', async () => {
    const { auth, mcp } = slow;
    await goOn(slow, -12 * HOUR);
    expect(auth.log.filter(({ grantType }) => grantType === 'authorization_code').length).toBeLessThanOrEqual(3);
    // Once it is known how far the clock is off, no proof is refused for it any more.
    expect(mcp.log.filter(({ error }) => error === 'invalid_dpop_proof').length).toBeLessThanOrEqual(1);
  });

  for (const { wanted, refused, ...servers } of strict) {
    await test.step(`${wanted} ms: a code is not lost at a server that spends it before it looks at the proof`, async () => {
      await goOn(servers, wanted);
      expect(refused).toEqual([]);
    });
  }
});

/** Servers that spend a code before they look at the proof, and refuse one that is more than that off. */
async function strictServers(world: World, wanted: number) {
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
  return { wanted, refused, auth, mcp };
}

/** An MCP server’s own answers, but for this. */
const rewriting =
  (rewrite: (status: number, headers: OutgoingHttpHeaders, authorization?: string) => [number, OutgoingHttpHeaders]) =>
  (
    ...[
      {
        headers: { authorization },
      },
      response,
    ]: Parameters<Intercept>
  ): false => {
    const { writeHead } = response;
    Object.assign(response, {
      writeHead: (status: number, headers: OutgoingHttpHeaders) =>
        writeHead.call(response, ...rewrite(status, headers, authorization)),
    });
    return false;
  };

test('MCP servers that answer in a way of their own, or not at all', async ({ world }) => {
  let challenged = 0;
  const asking = await world.servers({
    mcp: {
      intercept: rewriting((status, headers) => {
        const asks = String(headers['www-authenticate']).includes('use_dpop_nonce');
        if (asks) challenged += 1;
        return [asks ? 400 : status, headers];
      }),
    },
  });
  const repeating = await world.servers({
    mcp: {
      intercept: rewriting((status, headers, authorization) => {
        if (!authorization) return [status, headers];
        const challenge = [headers['www-authenticate'], `Debug realm="${authorization}"`].filter(Boolean).join(', ');
        return [
          status,
          { ...headers, 'access-control-expose-headers': 'mcp-session-id', 'www-authenticate': challenge },
        ];
      }),
    },
  });
  const [required, none] = [await world.servers(), await world.servers({ binding: 'none' })];
  const agent = await world.agent();
  const all = [asking, repeating, required, none].flatMap(({ auth, mcp }) => [auth, mcp]);
  const browser = await world.protect(agent, all);
  const page = await openAgent(browser, agent);
  await Promise.all(
    Object.entries({ asking, required, none }).map(async ([account, { mcp }]) => {
      await signIn(page, { sdk: 'v2', resource: mcp.resource, account });
      await call(page, 'list_notes', {}, account);
    }),
  );
  await signInByHand(page, {
    issuer: repeating.auth.issuer,
    resource: repeating.mcp.resource,
    discovers: true,
    namesResource: true,
  });
  const popup = await openPopup(browser, agent.origin);
  const cardOf = ({ resource }: ResourceServer) =>
    sessionsIn(popup)
      .getByRole('article')
      .filter({ hasText: new URL(resource).host });

  await test.step('one that asks for a nonce with 400 gets it', async () => {
    const first = challenged;
    expect(first).toBeGreaterThan(0);
    asking.mcp.expireNonces();
    await call(page, 'list_notes', {}, 'asking');
    expect(challenged).toBeGreaterThan(first);
    expectBoundOnly(asking.mcp);
  });

  await test.step('a server that repeats the token where its CORS keeps it from the page is noticed, and the page does not read it', async () => {
    const { mcp } = repeating;
    // Nor does it read the challenge for a nonce, which is answered all the same.
    const { status, challenge } = await page.evaluate(() => window.byHand.call('list_notes'));
    expect([status, challenge]).toEqual([200, null]);
    expect(mcp.log.find(({ scheme }) => scheme)?.status).toBe(401);
    expectBoundOnly(mcp);
    await expect(cardOf(mcp)).toContainText('This server repeats the token in its answers');
  });

  for (const [account, { mcp }] of Object.entries({ required, none })) {
    await test.step(`one that is not there any more, where DPoP is ${account}, leaves word of it`, async () => {
      await call(page, 'list_notes', {}, account);
      await mcp.close();
      await expect(call(page, 'list_notes', {}, account)).rejects.toThrow('Failed to fetch');
      await expect(cardOf(mcp).getByText(/^no answer, /)).toBeVisible();
    });
  }
  const unserved = async () => (await readStore(browser, 'activity')).filter(({ kind }) => kind === 'unserved');
  const gone = [required, none].map(({ mcp }) => mcp.origin);
  await expect.poll(async () => (await unserved()).map(({ server }) => server)).toEqual(expect.arrayContaining(gone));
});
