import type { Frame, Page } from '@playwright/test';
import type { AuthorizationServer } from '../src/demo/authorization-server.ts';
import type { LoopbackServer } from '../src/demo/loopback.ts';
import type { ResourceServer } from '../src/demo/resource-server.ts';
import { signedInByHand, signInByHand } from './support/by-hand.ts';
import { framed } from './support/framed.ts';
import { holdAnswer } from './support/held-answer.ts';
import { createLatch } from './support/latch.ts';
import { readStore } from './support/storage.ts';
import { answerOf, storedSession } from './support/stored-session.ts';
import { createSwitch } from './support/switched.ts';
import { holdWorkerAt, occupyStore, watchWrite } from './support/worker-seam.ts';
import {
  type Browser,
  clearLog,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  sessionsIn,
  shareScene,
  stopWorker,
  test,
} from './support/world.ts';

const HABITS = { discovers: true, namesResource: true } as const;

/** The refreshes that the server has seen, whatever came of them. */
const refreshes = ({ log }: AuthorizationServer) => log.filter(({ grantType }) => grantType === 'refresh_token');

const refresh = (page: Page) => page.evaluate(() => window.byHand.refresh());

const listNotes = (page: Page) => page.evaluate(() => window.byHand.call('list_notes').then(({ status }) => status));

test.describe('an agent that is signed in', () => {
  const [onAuth, onMcp] = [createSwitch(), createSwitch()];
  const scene = shareScene((world) =>
    signedInByHand(world, HABITS, { auth: { intercept: onAuth.intercept }, mcp: { intercept: onMcp.intercept } }),
  );

  test.beforeEach(async () => {
    const { browser, page } = scene();
    await stopWorker(browser); // it would share the refresh of the test before for some seconds
    expect(await listNotes(page)).toBe(200);
    for (const server of [scene().auth, scene().mcp]) clearLog(server);
    for (const server of [onAuth, onMcp]) server.set(undefined);
  });

  test.describe('whose worker dies in a refresh', () => {
    test('before its request has left keeps the old tokens, and the next one refreshes with them', async () => {
      const { agent, auth, mcp, browser, page } = scene();
      const before = answerOf(auth, await storedSession(browser, agent.origin));
      const seam = await holdWorkerAt(browser, 'token request');
      const refreshing = refresh(page);
      await seam.reached();
      expect(refreshes(auth)).toHaveLength(0);
      await stopWorker(browser);
      expect((await refreshing).status).toBe(200);
      expect(refreshes(auth)).toMatchObject([{ status: 200 }]);
      expect(answerOf(auth, await storedSession(browser, agent.origin))).toBe(before + 1);
      expect(await listNotes(page)).toBe(200);
      expectBoundOnly(mcp);
    });

    test('while the server has not looked at it keeps the old tokens, and the next one refreshes with them', async () => {
      const arrived = createLatch();
      const { agent, auth, mcp, browser, page } = scene();
      const before = answerOf(auth, await storedSession(browser, agent.origin));
      let holding = true;
      onAuth.set(({ method, url }) => {
        if (!holding || url !== '/token' || method !== 'POST') return false;
        holding = false;
        arrived.open();
        return true; // never answered: the connection ends with the worker
      });
      const refreshing = refresh(page);
      await arrived.opened;
      expect(answerOf(auth, await storedSession(browser, agent.origin))).toBe(before);
      await stopWorker(browser);
      expect((await refreshing).status).toBe(200);
      expect(refreshes(auth)).toMatchObject([{ status: 200 }]);
      expect(answerOf(auth, await storedSession(browser, agent.origin))).toBe(before + 1);
      expect(await listNotes(page)).toBe(200);
      expectBoundOnly(mcp);
    });

    test('when the new tokens are on the disk goes on with those', async () => {
      const { agent, auth, mcp, browser, page } = scene();
      expect(await listNotes(page)).toBe(200);
      const before = answerOf(auth, await storedSession(browser, agent.origin));
      const complete = await watchWrite(browser, 'tokens', 'complete');
      const refreshing = refresh(page);
      await complete();
      await stopWorker(browser);
      expect(answerOf(auth, await storedSession(browser, agent.origin))).toBeGreaterThanOrEqual(before + 1);
      expect((await refreshing).status).toBe(200);
      expect((await refresh(page)).status).toBe(200);
      expect(refreshes(auth).filter(({ status }) => status !== 200)).toEqual([]);
      expect(await listNotes(page)).toBe(200);
      expectBoundOnly(mcp);
    });
  });

  test('two tabs and a frame that refresh while the worker dies cost one more request, and get one answer', async () => {
    const arrived = [createLatch(), createLatch()];
    const held = createLatch();
    let attempts = 0;
    const { agent, auth, mcp, browser, page } = scene();
    const second = await openAgent(browser, agent);
    const frame = await openFrame(second, `${agent.origin}/framed`);
    expect(await listNotes(page)).toBe(200);
    onAuth.set(async ({ method, url }) => {
      if (url !== '/token' || method !== 'POST') return false;
      attempts += 1;
      arrived[attempts - 1]?.open();
      if (attempts === 1) return true; // never answered: the connection ends with the worker
      await held.opened;
      return false;
    });
    const places = [page, second, frame];
    const answers = places.map((place) => place.evaluate(() => window.byHand.refresh()));
    await arrived[0]?.opened;
    await haveAsked(places);
    await stopWorker(browser);
    await arrived[1]?.opened;
    await haveAsked(places);
    held.open();
    const [first, ...others] = await Promise.all(answers);
    expect(first?.status).toBe(200);
    for (const { text } of others) expect(text).toBe(first?.text);
    expect(attempts).toBe(2);
    expect(refreshes(auth)).toMatchObject([{ status: 200 }]);
    for (const place of places) {
      expect(await place.evaluate(() => window.byHand.call('list_notes').then(({ status }) => status))).toBe(200);
    }
    expectBoundOnly(mcp);
  });

  test.describe('a request that is under way while its token is replaced', () => {
    test('and refused for the old one is made once more, with the new one', async () => {
      const [arrived, refreshed] = [createLatch(), createLatch()];
      let revoked: string | undefined;
      const { auth, mcp, browser, agent, page } = scene();
      onMcp.set(async ({ method, url, headers }, response) => {
        if (method !== 'POST' || url !== '/mcp?held') return false;
        arrived.open();
        await refreshed.opened;
        if (headers.authorization !== `DPoP ${revoked}`) return false;
        response.writeHead(401, { ...READABLE, 'www-authenticate': 'DPoP error="invalid_token"' }).end();
        return true;
      });
      const second = await openAgent(browser, agent);
      expect(await listNotes(page)).toBe(200);
      const before = mcp.log.length;
      revoked = auth.issued.accessTokens.at(-1);
      const calling = listTools(page, `${mcp.resource}?held`);
      await arrived.opened;
      expect((await refresh(second)).status).toBe(200);
      refreshed.open();
      expect((await calling).status).toBe(200);
      expectTwoAttempts(mcp.log.slice(before));
      expectBoundOnly(mcp);
    });

    test('and that leaves with a proof over the old one is made once more', async () => {
      const { mcp, browser, agent, page } = scene();
      const second = await openAgent(browser, agent);
      expect(await listNotes(page)).toBe(200); // its rule stands
      const seam = await holdWorkerAt(browser, 'proof');
      const before = mcp.log.length;
      const calling = listTools(page, `${mcp.resource}?new`); // no proof was made ahead for it
      await seam.reached();
      expect((await refresh(second)).status).toBe(200);
      await seam.release();
      expect((await calling).status).toBe(200);
      const attempts = expectTwoAttempts(mcp.log.slice(before));
      expect(attempts).toMatchObject([{ athOk: false }, { athOk: true }]);
    });
  });

  test('a refresh that carries the handle beside its form too is one, and the server sees no handle', async () => {
    const fields: (string | undefined)[] = [];
    const { auth, mcp, page } = scene();
    onAuth.set(({ method, url, headers }) => {
      if (method === 'POST' && url === '/token') fields.push(headers.authorization);
      return false;
    });
    const refreshed = await page.evaluate(async () => {
      const { endpoints, clientId, tokens } = JSON.parse(localStorage.getItem('by-hand') ?? '{}');
      const response = await fetch(endpoints.token_endpoint, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens.access_token}` },
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: clientId,
          refresh_token: tokens.refresh_token,
        }),
      });
      return { status: response.status, isSame: (await response.json()).access_token === tokens.access_token };
    });
    expect(refreshed).toEqual({ status: 200, isSame: true });
    expect(refreshes(auth)).toMatchObject([{ status: 200 }]);
    expect(fields).toEqual(fields.map(() => undefined));
    expect(await listNotes(page)).toBe(200);
    expectBoundOnly(mcp);
  });
});

test.describe('a worker that dies in a refresh', () => {
  test('after the server has spent the refresh token asks, visibly, to sign in again', async ({ world }) => {
    const answer = holdAnswer('/token');
    const { agent, auth, mcp, browser, page } = await signedInByHand(world, HABITS, {
      auth: { intercept: answer.intercept },
    });
    expect(await listNotes(page)).toBe(200);
    answer.arm();
    const refreshing = refresh(page);
    await answer.given;
    await stopWorker(browser);
    answer.deliver(); // to nobody
    // The next worker knows the old token only.
    await expectSignInAgain(browser, agent, auth, refreshing);
    await signInByHand(page, { issuer: auth.issuer, resource: mcp.resource, ...HABITS });
    expect(await listNotes(page)).toBe(200);
    expectBoundOnly(mcp);
  });

  // A store that is written apart from the other would be ahead of it here, whichever comes first.
  for (const last of ['tokens', 'sessions'] as const) {
    test(`with its ${last} still to be written leaves the old session whole, and asks to sign in again`, async ({
      world,
    }) => {
      const answer = holdAnswer('/token');
      const { agent, auth, browser, page } = await signedInByHand(world, HABITS, {
        auth: { intercept: answer.intercept },
      });
      expect(await listNotes(page)).toBe(200); // now all that the worker reads is in its memory
      const sessions = async () => (await readStore(browser, 'sessions')).filter((each) => each.agent === agent.origin);
      const before = await sessions();
      answer.arm();
      const refreshing = refresh(page);
      await answer.given;
      const begins = await watchWrite(browser, last, 'begins');
      const leave = await occupyStore(browser, last);
      answer.deliver();
      await begins();
      await stopWorker(browser);
      if (last === 'tokens') expect(await sessions()).toEqual(before);
      await leave();
      await expectSignInAgain(browser, agent, auth, refreshing);
    });
  }
});

const READABLE = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'www-authenticate' };

const listTools = (page: Page, url: string) =>
  page.evaluate((to) => window.byHand.rpc('tools/list', {}, null, to), url);

/** The first was refused, and the second, with a proof of its own, was not. */
function expectTwoAttempts(log: ResourceServer['log']): ResourceServer['log'] {
  const attempts = log.filter(({ rpcMethod, method, path, status }) =>
    rpcMethod ? rpcMethod === 'tools/list' : method === 'POST' && path === '/mcp' && status === 401,
  );
  expect(attempts.map(({ status }) => status)).toEqual([401, 200]);
  expect(attempts.map(({ proofs }) => proofs)).toEqual([1, 1]);
  expect(new Set(attempts.map(({ proof }) => proof?.claims.jti)).size).toBe(2);
  return attempts;
}

async function openFrame(page: Page, url: string): Promise<Frame> {
  const frame = await framed(page, url);
  await frame.waitForFunction(() => 'byHand' in window);
  return frame;
}

/** What a page asked the worker for has come there once what it asked for later was answered. */
async function haveAsked(places: readonly (Page | Frame)[]): Promise<void> {
  for (const place of places) {
    for (let index = 0; index < 2; index += 1) await place.evaluate(() => window.byHand.rpc('ping'));
  }
}

/** The stated end of a refresh token that was spent for nobody: RFC 9700 §4.14.2 has the server end the grant. */
async function expectSignInAgain(
  browser: Browser,
  { origin }: LoopbackServer,
  auth: AuthorizationServer,
  refreshing: ReturnType<typeof refresh>,
): Promise<void> {
  const { status, text } = await refreshing;
  expect(status).toBe(400);
  expect(JSON.parse(text).error).toBe('invalid_grant');
  expect(refreshes(auth)).toMatchObject([{ status: 200 }, { status: 400, error: 'invalid_grant' }]);
  const popup = await openPopup(browser, origin);
  const card = sessionsIn(popup).getByRole('article');
  await expect(card.getByRole('strong')).toHaveText('Expired');
  await expect(card).toContainText('Sign in again on the agent');
  await popup.close();
}

test('an agent that refreshes without end is held back, keeps its session, and goes on with its calls', async ({
  world,
}) => {
  const { agent, auth, browser, page } = await signedInByHand(world, HABITS, { auth: { nonces: false } });
  const statuses = await page.evaluate(async () => {
    const seen: number[] = [];
    while (seen.filter((status) => status === 503).length < 20) seen.push((await window.byHand.refresh()).status);
    return seen;
  });
  expect(statuses).toEqual([...Array(20).fill(200), ...Array(20).fill(503)]);
  expect(refreshes(auth)).toHaveLength(20);
  expect(await listNotes(page)).toBe(200);
  const popup = await openPopup(browser, agent.origin);
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
});
