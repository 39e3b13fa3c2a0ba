import type { AuthorizationServer } from '../src/demo/authorization-server.ts';
import { type Browser, call, expect, expectBoundOnly, openAgent, signIn, stopWorker, test } from './support/world.ts';

/** The tokens of the one session of an agent, opened with the vault's own key in a page of the extension. */
async function storedTokens({ context, id }: Browser, agent: string): Promise<{ access: string; refresh: string }> {
  const page = await context.newPage();
  await page.goto(`chrome-extension://${id}/manifest.json`);
  const tokens = await page.evaluate(async (origin) => {
    const read = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await read(indexedDB.open('holdfast'));
    const store = (name: string) => database.transaction(name).objectStore(name);
    const [session] = (await read(store('sessions').getAll())).filter((each) => each.agent === origin);
    const key = await read(store('vault').get('wrapping'));
    const { iv, sealed } = await read(store('tokens').get(session.id));
    const additionalData = new TextEncoder().encode(session.id);
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, sealed);
    database.close();
    return JSON.parse(new TextDecoder().decode(plain));
  }, agent);
  await page.close();
  return { access: tokens.accessToken, refresh: tokens.refreshToken };
}

/** Which of the server's answers these tokens came with. */
function answerOf({ issued }: AuthorizationServer, { access, refresh }: { access: string; refresh: string }): number {
  const index = issued.accessTokens.indexOf(access);
  expect(index).toBeGreaterThanOrEqual(0);
  expect(issued.refreshTokens[index]).toBe(refresh);
  return index;
}

const refreshes = ({ log }: AuthorizationServer) =>
  log.filter(({ grantType, status }) => grantType === 'refresh_token' && status === 200);

test('a worker that dies before the server has answered a refresh leaves the old tokens, and they refresh', async ({
  world,
}) => {
  let arrive: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  let holding = false;
  const { auth, mcp } = await world.servers({
    auth: {
      accessTokenTtl: 2,
      intercept: (request) => {
        if (!holding || request.url !== '/token' || request.method !== 'POST') return false;
        holding = false;
        arrive();
        // Never answered: the connection ends with the worker.
        return true;
      },
    },
  });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp], await world.browser());
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  const before = answerOf(auth, await storedTokens(browser, agent.origin));

  holding = true;
  const killing = arrived.then(async () => {
    await stopWorker(browser);
    expect(answerOf(auth, await storedTokens(browser, agent.origin))).toBeGreaterThanOrEqual(before);
  });
  await expect.poll(() => call(page).then(() => refreshes(auth).length)).toBeGreaterThan(0);
  await killing;
  expect(answerOf(auth, await storedTokens(browser, agent.origin))).toBeGreaterThan(before);
  expectBoundOnly(mcp);
});

test('a worker that dies as a refresh is answered leaves the old tokens or the new ones, whole', async ({ world }) => {
  const { auth, mcp } = await world.servers({ auth: { accessTokenTtl: 2 } });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp], await world.browser());
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  for (let round = 0; round < 3; round += 1) {
    const before = refreshes(auth).length;
    const calling = page
      .evaluate(async () => {
        // Until the token has expired and was refreshed; the round ends with the worker.
        for (let index = 0; index < 200; index += 1) await window.agent.call('list_notes');
      })
      .catch(() => undefined);
    await expect.poll(() => refreshes(auth).length, { intervals: [1] }).toBeGreaterThan(before);
    await stopWorker(browser);
    answerOf(auth, await storedTokens(browser, agent.origin));
    await calling;
  }
});
