import type { Page } from '@playwright/test';
import type { LoopbackServer } from '../src/demo/loopback.ts';
import { chooseIn } from './support/menu.ts';
import { answerAgain, LockPage } from './support/passkey.ts';
import { probe } from './support/probe.ts';
import { holdLongWaits, rawKey, stored, tokensOf } from './support/vault.ts';
import {
  authorizeAgain,
  type Browser,
  call,
  connect,
  expect,
  expectBoundOnly,
  finishSignIn,
  openAgent,
  openPopup,
  redeem,
  sessionsIn,
  shareScene,
  signIn,
  startSignIn,
  stopWorker,
  test,
  type World,
} from './support/world.ts';

type Servers = Awaited<ReturnType<World['servers']>>;

interface Scene extends Servers {
  readonly agent: LoopbackServer;
  readonly browser: Browser;
  readonly page: Page;
  readonly options: { readonly sdk: 'v1' | 'v2'; readonly resource: string };
}

/** An agent that is signed in, in a browser of the test's own: the lock is for the whole of Holdfast. */
async function signedIn(world: World, sdk: 'v1' | 'v2' = 'v2'): Promise<Scene> {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp], await world.fresh());
  const page = await openAgent(browser, agent);
  const options = { sdk, resource: mcp.resource };
  await signIn(page, options);
  return { auth, mcp, agent, browser, page, options };
}

interface Locked extends Scene {
  readonly lock: LockPage;
}

/** The same, with the lock turned on. */
async function locked(world: World, sdk?: 'v1' | 'v2'): Promise<Locked> {
  const scene = await signedIn(world, sdk);
  const lock = await LockPage.open(scene.browser);
  await lock.turnOn();
  return { ...scene, lock };
}

function expectNone(text: string, secrets: readonly string[]): void {
  expect(text.length).toBeGreaterThan(100);
  for (const secret of secrets) expect(text.includes(secret)).toBe(false);
}

/** The network let nothing through but bound tokens, and the last request was one of those. */
function expectBoundAtLast({ log }: Scene['mcp']): void {
  const accepted = log.filter(({ scheme, status }) => scheme !== undefined && status === 200);
  expect(accepted.map(({ scheme }) => scheme)).toEqual(accepted.map(() => 'DPoP'));
  expect(log.at(-1)).toMatchObject({ status: 200, scheme: 'DPoP', athOk: true });
}

/** The scripts of the protected site are registered again after the browser's start. */
async function protects({ worker }: Browser): Promise<void> {
  const background = await worker();
  const scripts = () => background.evaluate(async () => (await chrome.scripting.getRegisteredContentScripts()).length);
  await expect.poll(scripts).toBe(2);
}

test.describe('an agent that is signed in, with the lock turned on', () => {
  const scene = shareScene(locked);

  test.afterEach(async () => {
    const { lock } = scene();
    if (await lock.page.locator('[data-lock="locked"]').isVisible()) await lock.unlock();
  });

  test('with the lock turned on, an agent works as before, and nothing on the disk opens its tokens', async () => {
    const { auth, mcp, browser, page } = scene();
    await call(page);
    await stopWorker(browser);
    await call(page);
    expectBoundAtLast(mcp);
    const key = await rawKey(browser);
    expect(key).toHaveLength(43);
    const forms = [
      key,
      Buffer.from(key, 'base64url').toString('latin1'),
      Buffer.from(key, 'base64url').toString('base64'),
    ];
    expectNone(await stored(browser), [...tokensOf(auth), ...forms]);
  });

  test('an agent’s request waits while Holdfast is locked, and goes through when it is unlocked', async () => {
    const { mcp, browser, page, lock } = scene();
    await lock.lock();
    const popup = await openPopup(browser, new URL(page.url()).origin);
    await expect(sessionsIn(popup).getByText('Locked', { exact: true })).toBeVisible();

    const before = mcp.log.length;
    const calling = call(page);
    await expect(popup.getByText(`Requests of ${new URL(page.url()).host} wait for you`)).toBeVisible();
    expect(mcp.log).toHaveLength(before);
    await lock.unlock();
    expect(await calling).toBeTruthy();
    expectBoundAtLast(mcp);
    await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
  });

  test('a refresh that an agent asks for while Holdfast is locked waits for it, and is then made once', async () => {
    const { auth, mcp, agent, browser, page, lock } = scene();
    await lock.lock();
    const tokenRequests = () => auth.log.filter(({ endpoint, method }) => endpoint === 'token' && method === 'POST');
    const before = tokenRequests().length;
    // Another of its tabs asks as well: a second refresh would burn the first one's token.
    const tabs = [page, await openAgent(browser, agent)];
    const refreshes = tabs.map((tab) =>
      tab.evaluate(async (url) => {
        const { client_id } = JSON.parse(localStorage.getItem('v2.a.client') ?? '{}');
        const { refresh_token } = window.agent.tokens('v2');
        const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token, client_id });
        const answer = await fetch(url, { method: 'POST', body });
        return [answer.status, (await answer.json()).refresh_token === refresh_token] as const;
      }, `${auth.origin}/token`),
    );
    await expect(lock.page.getByText(`Requests of ${new URL(page.url()).host} wait for you`)).toBeVisible();
    expect(tokenRequests()).toHaveLength(before);
    await lock.unlock();
    expect(await Promise.all(refreshes)).toEqual(tabs.map(() => [200, true]));
    const made = tokenRequests().slice(before);
    expect(made.map(({ grantType, status }) => [grantType, status])).toEqual([['refresh_token', 200]]);
    await call(page);
    expectBoundAtLast(mcp);
    const popup = await openPopup(browser, new URL(page.url()).origin);
    await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
  });

  test('locked, nothing is presented any more, not even for the seconds after a request', async () => {
    const { mcp, page, lock } = scene();
    await call(page);
    await probe(page, mcp.resource);
    expect(mcp.log.at(-1)).toMatchObject({ scheme: 'DPoP', proofs: 0, status: 401 });
    await call(page);
    await lock.lock();
    await probe(page, mcp.resource);
    expect(mcp.log.at(-1)).toMatchObject({ scheme: undefined, status: 401 });
  });

  test('a v2 agent that waits in vain is refused by the server, and loses nothing', () => waitInVain(scene(), 'v2'));

  test('“Not now” is the refusal at once; the agent’s next page load asks again', async () => {
    const { mcp, browser, page, options, lock } = scene();
    await lock.lock();
    const popup = await openPopup(browser, new URL(page.url()).origin);
    const calling = call(page).catch((error: Error) => error.message);
    await popup.getByRole('button', { name: 'Not now' }).click();
    expect(await calling).toContain('Holdfast is locked');
    expect(await call(page).catch((error: Error) => error.message)).toContain('Holdfast is locked');

    await page.reload();
    await page.waitForFunction(() => 'agent' in window);
    const connecting = connect(page, options);
    await expect(popup.getByRole('button', { name: 'Not now' })).toBeVisible();
    await lock.unlock();
    await connecting;
    await call(page);
    expectBoundAtLast(mcp);
  });

  test('a worker that is killed leaves what was: unlocked or locked', async () => {
    const { mcp, browser, page, lock } = scene();
    await stopWorker(browser);
    await call(page);
    await lock.is('unlocked');
    await lock.lock();
    await stopWorker(browser);
    const requests = mcp.log.length;
    const calling = call(page);
    await expect(lock.page.getByText('wait for you')).toBeVisible();
    expect(mcp.log).toHaveLength(requests);
    await lock.unlock();
    await calling;
    expectBoundAtLast(mcp);
  });

  test('turning the lock off needs the passkey; then a browser’s start locks nothing', async () => {
    const { auth, mcp, browser, page, lock } = scene();
    await lock.page.getByRole('button', { name: 'Turn off' }).click();
    await lock.is('off');
    expect(await rawKey(browser)).toBe('');
    expectNone(await stored(browser), tokensOf(auth));
    await stopWorker(browser);
    await call(page);
    expectBoundAtLast(mcp);
  });
});

test('a v1 agent that waits in vain is refused by the server, and loses nothing', async ({ world }) => {
  await waitInVain(await locked(world, 'v1'), 'v1');
});

/** An agent whose request waits for the whole time that it may. */
async function waitInVain({ auth, mcp, browser, page, lock }: Locked, sdk: 'v1' | 'v2'): Promise<void> {
  await lock.lock();
  const waits = await holdLongWaits(browser);
  const tokens = await page.evaluate((version) => window.agent.tokens(version), sdk);
  const [grants, requests, address] = [auth.log.length, mcp.log.length, page.url()];

  const calling = call(page).then(
    () => 'answered',
    (error: Error) => error.message,
  );
  await expect(lock.page.getByText('wait for you')).toBeVisible();
  await waits.end();
  expect(await calling).toContain('Holdfast is locked');
  const refused = mcp.log.slice(requests);
  expect(refused.map(({ status }) => status)).toEqual([401]);
  expect(refused.map(({ proof }) => proof)).toEqual([undefined]);
  expect(auth.log).toHaveLength(grants);
  expect(page.url()).toBe(address);
  expect(await page.evaluate((version) => window.agent.tokens(version), sdk)).toEqual(tokens);

  await lock.unlock();
  await call(page);
  expectBoundAtLast(mcp);
}

test('with no view open, Holdfast itself asks to unlock, and marks the agent’s tab', async ({ world }) => {
  const { browser, page } = await signedIn(world);
  const lock = await LockPage.open(browser);
  await lock.turnOn();
  await lock.lock();
  await lock.page.close();
  await page.bringToFront();
  const badge = async () =>
    (await browser.worker()).evaluate(async (url) => {
      const [tab] = await chrome.tabs.query({ url: `${url}/*` });
      return chrome.action.getBadgeText({ tabId: tab?.id ?? -1 });
    }, new URL(page.url()).origin);
  const views = async () =>
    (await browser.worker()).evaluate(async () => {
      const shown = await chrome.runtime.getContexts({ contextTypes: ['POPUP' as never, 'TAB' as never] });
      return shown.filter(({ documentUrl }) => !documentUrl?.endsWith('/manifest.json')).length; // the tests' own page
    });
  expect(await views()).toBe(0);
  const calling = call(page).catch((error: Error) => error.message);
  await expect.poll(views).toBe(1);
  await expect.poll(badge).toBe('?');
  const popup = await openPopup(browser);
  await popup.getByRole('button', { name: 'Not now' }).click();
  expect(await calling).toContain('Holdfast is locked');
  await expect.poll(badge).toBe('');
});

test('a sign-in that comes back while Holdfast is locked is finished after it is unlocked', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp], await world.fresh());
  const lock = await LockPage.open(browser);
  await lock.turnOn();
  const page = await openAgent(browser, agent);
  const options = { sdk: 'v2' as const, resource: mcp.resource };
  await startSignIn(page, options);
  await lock.lock();
  const finishing = finishSignIn(page, options);
  await expect(lock.page.getByText(`Requests of ${new URL(agent.origin).host} wait for you`)).toBeVisible();
  expect(auth.log.filter(({ grantType }) => grantType)).toEqual([]);
  await lock.unlock();
  await finishing;
  await call(page);
  expectBoundOnly(mcp);
});

test.describe('Holdfast locks itself', () => {
  test('when the browser starts; unlocked, the same sessions work', async ({ world }) => {
    const { auth, mcp } = await world.servers();
    const agent = await world.agent();
    const options = { sdk: 'v2' as const, resource: mcp.resource };
    const before = await world.protect(agent, [auth, mcp], await world.browser());
    const page = await openAgent(before, agent);
    await signIn(page, options);
    const first = await LockPage.open(before);
    const answer = await first.recordAnswer();
    await first.turnOn();
    const prf = await answer();
    await before.context.close();

    const after = await world.browser();
    await answerAgain(after, prf);
    const lock = await LockPage.open(after);
    await protects(after);
    const again = await openAgent(after, agent);
    await lock.is('locked');
    expectNone(await stored(after), tokensOf(auth));
    const requests = mcp.log.length;
    const connecting = connect(again, options);
    await expect(lock.page.getByText('wait for you')).toBeVisible();
    expect(mcp.log).toHaveLength(requests);
    await lock.unlock();
    await connecting;
    await call(again);
    expectBoundOnly(mcp);
    expect(auth.log.filter(({ grantType, status }) => grantType && status === 200)).toHaveLength(1);
  });

  for (const state of ['idle', 'locked'] as const) {
    test(`when the computer says “${state}”`, async ({ world }) => {
      const browser = await world.fresh();
      const lock = await LockPage.open(browser);
      await lock.page.getByLabel('Lock when you are away for').selectOption('5 minutes');
      await lock.turnOn();
      await expect(lock.page.getByLabel('Lock when you are away for')).toHaveValue('5');
      await (await browser.worker()).evaluate((heard) => {
        // Chrome's own event, as Chrome dispatches it.
        (chrome.idle.onStateChanged as unknown as { dispatch(state: string): void }).dispatch(heard);
      }, state);
      await lock.is('locked');
    });
  }
});

test('without its passkey nothing is lost by trying, and there is a way to start over', async ({ world }) => {
  const { auth, browser, page, options } = await signedIn(world);
  const lock = await LockPage.open(browser);
  await lock.turnOn();
  await lock.lock();
  await lock.losePasskey();
  await lock.page.getByRole('button', { name: 'Unlock' }).click();
  await expect(lock.page.getByRole('alert')).toHaveText('No passkey answered. Nothing has changed.');
  await lock.is('locked');

  await lock.page.getByText('I lost the passkey', { exact: true }).click();
  await lock.page.getByRole('button', { name: 'Delete the tokens and start over' }).click();
  await expect(lock.page.getByRole('button', { name: 'Keep them locked' })).toBeFocused();
  await lock.page.getByRole('button', { name: 'Delete the tokens', exact: true }).click();
  await lock.is('off');
  const popup = await openPopup(browser, new URL(page.url()).origin);
  await expect(sessionsIn(popup).getByText('Key lost')).toBeVisible();
  await expect(sessionsIn(popup).getByText(/Sign in again/)).toBeVisible();

  await authorizeAgain(page, options);
  await redeem(page, options);
  await call(page);
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
  expect(auth.log.filter(({ grantType, status }) => grantType === 'authorization_code' && status === 200)).toHaveLength(
    2,
  );
});

test('while the lock is on, a site’s protection is loosened with the passkey only, and tightened without', async ({
  world,
}) => {
  const agent = await world.agent();
  const browser = await world.protect(agent, [], await world.fresh());
  const lock = await LockPage.open(browser);
  await lock.turnOn();
  const popup = await openPopup(browser, agent.origin);
  const custody = popup.getByRole('checkbox', { name: 'Keep the real tokens out of the page' });
  const bearer = popup.getByRole('radio', { name: 'Refuse plain bearer tokens' });
  await chooseIn(popup, 'Protected', 'Site policy');

  const opening = browser.context.waitForEvent('page');
  await custody.click();
  await expect(popup.getByRole('alert')).toContainText('this needs your passkey');
  await expect(custody).toBeChecked();
  const window = await opening;
  await expect(window.getByText(`The policy of ${new URL(agent.origin).host} becomes less strict.`)).toBeVisible();
  await lock.confirm(window.url());
  await expect(custody).not.toBeChecked();

  await bearer.check();
  const chosen = () => popup.evaluate((key) => chrome.storage.sync.get(key), `policy ${agent.origin}`);
  await expect.poll(chosen).toMatchObject({ [`policy ${agent.origin}`]: { custody: false, bearer: 'refuse' } });
  await popup.getByRole('button', { name: 'Lock now' }).click();
  await popup.getByRole('radio', { name: 'Leave them to the page' }).click();
  await expect(popup.getByRole('alert')).toHaveText('Holdfast stayed locked. Unlock it, then try again.');
  await expect(bearer).toBeChecked();
});

test('an authenticator without PRF is refused with the reason, and nothing has changed', async ({ world }) => {
  const { mcp, browser, page } = await signedIn(world);
  const before = await stored(browser, ['vault', 'tokens']);
  const lock = await LockPage.open(browser, { hasPrf: false });
  await expect(lock.page.getByText('you would sign in again with every agent')).toBeVisible();
  await lock.page.getByRole('button', { name: 'Create a passkey and turn on' }).click();
  await expect(lock.page.getByRole('alert')).toContainText('does not offer the PRF extension');
  await lock.is('off');
  expect(await stored(browser, ['vault', 'tokens'])).toBe(before);
  await call(page);
  expectBoundOnly(mcp);
});

test('an authenticator that answers only in a second step is asked a second time', async ({ world }) => {
  const lock = await LockPage.open(await world.fresh(), { hasPrf: false, hasHmacSecret: true });
  await lock.turnOn();
  await lock.lock();
  await lock.unlock();
});

test('the popup leads to the lock, and out of it', async ({ world }) => {
  const agent = await world.agent();
  const browser = await world.protect(agent, [], await world.fresh());
  const lock = await LockPage.open(browser);
  const popup = await openPopup(browser, agent.origin);
  const opened = browser.context.waitForEvent('page');
  await popup.getByRole('button', { name: 'Lock with a passkey' }).click();
  const offered = await opened;
  await expect(offered.getByRole('heading', { name: 'Lock with a passkey' })).toBeVisible();
  await offered.close();

  await lock.turnOn();
  await popup.getByRole('button', { name: 'Lock now' }).click();
  await expect(popup.getByRole('heading', { name: 'Holdfast is locked' })).toBeVisible();
  const unlocking = browser.context.waitForEvent('page');
  await popup.getByRole('button', { name: 'Unlock' }).click();
  const window = await unlocking;
  await expect(window.getByRole('heading', { name: 'Holdfast is locked' })).toBeVisible();
  const closed = window.waitForEvent('close');
  await lock.unlock();
  await closed;
});
