import { openDashboard } from './support/dashboard.ts';
import { inExtensionsPage } from './support/developer-private.ts';
import { seed } from './support/many.ts';
import { chooseIn } from './support/menu.ts';
import { damage, openStorage, readStore } from './support/storage.ts';
import {
  approved,
  authorizeAgain,
  type Browser,
  call,
  clearLog,
  connect,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  redeem,
  sessionsIn,
  shareScene,
  signedIn,
  signIn,
  stopWorker,
  test,
  type World,
} from './support/world.ts';
import { everythingStored } from './support/written.ts';

const V2 = 'v2' as const;

/** One page signed in at two authorization servers. */
async function twiceSignedIn(world: World) {
  const first = await world.servers({ binding: 'offered' });
  const other = await world.servers({ auth: { name: 'auth-other' }, mcp: { name: 'mcp-other' } });
  const agent = await world.agent();
  const all = [first, other];
  const browser = await world.protect(
    agent,
    all.flatMap(({ auth, mcp }) => [auth, mcp]),
    await world.fresh(),
  );
  const page = await openAgent(browser, agent);
  const options = { sdk: V2, resource: first.mcp.resource };
  await Promise.all([signIn(page, options), signIn(page, { sdk: V2, resource: other.mcp.resource, account: 'other' })]);
  await Promise.all([call(page), call(page, 'list_notes', {}, 'other')]);
  return { ...first, other, agent, browser, page, options };
}

test.describe('an agent that is signed in', () => {
  const scene = shareScene(twiceSignedIn);

  test.beforeEach(() => {
    for (const server of [scene().mcp, scene().other.mcp]) clearLog(server);
  });

  test('a list of protected sites that is damaged keeps the sites that can be read', async () => {
    const { agent, browser, page, mcp } = scene();
    await (await browser.worker()).evaluate(async () => {
      const { sites } = await chrome.storage.local.get<{ sites: string[] }>('sites');
      await chrome.storage.local.set({ sites: ['nonsense', 17, null, ...sites] });
    });
    await stopWorker(browser);
    await call(page);
    expectBoundOnly(mcp);
    await expect((await openPopup(browser, agent.origin)).getByText('On', { exact: true })).toBeVisible();
  });

  test('a damaged record of a session: it shows, and signs in again; of counts and of a server: nobody notices', async () => {
    const { agent, browser, page, mcp, other, options } = scene();
    await damage(browser, 'sessions', { agent: agent.origin, resource: mcp.resource }, { binding: null });
    const id = await sessionAt(browser, other.mcp);
    await call(page, 'list_notes', {}, 'other');
    await expect
      .poll(async () => (await readStore(browser, 'usage')).some((record) => record.session === id))
      .toBe(true);
    await stopWorker(browser);
    await damage(browser, 'usage', { session: id }, { proofs: 'many', last: { at: 'noon' } });
    await damage(
      browser,
      'knownServers',
      { issuer: other.auth.issuer },
      { tokenEndpoint: 5, dpopSigningAlgorithms: null },
    );

    await call(page, 'list_notes', {}, 'other');
    const popup = await openPopup(browser, agent.origin);
    const cardOf = ({ origin }: typeof mcp) =>
      sessionsIn(popup)
        .getByRole('article')
        .filter({ hasText: new URL(origin).host });
    const [card, otherCard] = [cardOf(mcp), cardOf(other.mcp)];
    await expect(otherCard.getByText('Bound', { exact: true })).toBeVisible();
    await otherCard.getByText('Details').click();
    await expect(otherCard.getByText(/^[1-9] proofs?$/).first()).toBeVisible();
    expectBoundOnly(other.mcp);

    await expect(card.getByText('Damaged', { exact: true })).toBeVisible();
    await expect(card.getByText(/Sign in again/)).toBeVisible();
    await signIn(page, options);
    await call(page);
    await expect(card.getByText('Bound', { exact: true })).toBeVisible();
  });

  test('an upgrade that was left half done is finished: what was stored is there, and sign-in works', async () => {
    const { browser, agent, page, mcp, options } = scene();
    await stopWorker(browser);
    await upgrade(browser, ['usage', 'armed', 'activity']);
    // A new document: it has no proofs that the worker before has made ahead.
    await page.reload();
    await page.waitForFunction(() => 'agent' in window);
    await connect(page, options);
    await call(page);
    await signIn(page, { ...options, account: 'b' });
    await call(page, 'list_notes', {}, 'b');
    expectBoundOnly(mcp);
    const popup = await openPopup(browser, agent.origin);
    await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toHaveCount(3);
  });

  test('a line of the log, a drill and a reason that nobody can read leave popup and dashboard standing', async () => {
    const { agent, browser, mcp, other } = scene();
    const id = await sessionAt(browser, other.mcp);
    const odd = {
      id: `odd ${id}`,
      agent: agent.origin,
      scopes: [],
      issuedAt: 1,
      state: 'exposed',
      reason: 'unheard of',
    };
    const line = { at: Date.now(), kind: 'unheard of', agent: agent.origin, session: id };
    const drill = { session: id, resource: other.mcp.resource, at: 1, verdict: { kind: 'notEnforced' }, lines: [] };
    await seed(browser, { activity: [line], drills: [drill], sessions: [odd, { ...odd, id: 'whose?', agent: 17 }] });
    const popup = await openPopup(browser, agent.origin);
    for (const said of ['Bound', 'Run the drill'])
      await expect(sessionsIn(popup).getByText(said, { exact: true }).first()).toBeVisible();
    const named = new URL(mcp.origin).host; // the test of a damaged record leaves that
    const damaged = sessionsIn(popup).getByRole('article').filter({ hasText: 'Damaged', hasNotText: named });
    await expect(damaged).toBeVisible();
    await expect(popup.getByRole('alert')).toContainText('cannot be read any more'); // of the one that is nobody's
    await chooseIn(damaged, 'More for', 'Remove from the list');
    await expect(damaged).toHaveCount(0);
    await expect
      .poll(async () => (await readStore(browser, 'sessions')).map((record) => record.id))
      .not.toContain(odd.id);

    const dashboard = await openDashboard(browser, '#/activity');
    for (const code of ['line_damaged', 'drill_damaged']) await expect(dashboard.getByText(code).first()).toBeVisible();
    await dashboard.evaluate((hash) => location.assign(hash), `#/session/${id}/drill`);
    await expect(dashboard.getByRole('button', { name: 'Run the drill' })).toBeVisible();
  });

  test('clearing the extension’s data leaves nothing of a session, and the next sign-in begins anew', async () => {
    const { mcp, browser, page, options } = scene();
    const { access_token, refresh_token } = await page.evaluate(() => window.agent.tokens('v2'));
    const records = (await readStore(browser, 'sessions')) as { id: string; binding?: { thumbprint: string } }[];
    const record = records.find(({ binding }) => binding);
    const traces = [access_token, refresh_token, record?.id, record?.binding?.thumbprint, mcp.resource];
    const before = await everythingStored(browser);
    for (const trace of traces) expect(before).toContain(trace);
    const storage = await openStorage(browser);
    const devtools = await browser.context.newCDPSession(storage);
    await devtools.send('Storage.clearDataForOrigin', {
      origin: `chrome-extension://${browser.id}`,
      storageTypes: 'all',
    });
    await storage.close();
    await stopWorker(browser);

    const after = await everythingStored(browser);
    for (const trace of traces) expect(after).not.toContain(trace);
    const requests = mcp.log.length;
    await approved(mcp.resource, () => authorizeAgain(page, options));
    for (const store of ['sessions', 'tokens']) expect(await readStore(browser, store)).toEqual([]);
    expect(mcp.log.slice(requests).some(({ scheme, status }) => scheme && status === 200)).toBe(false);
    await redeem(page, options);
    await call(page);
  });

  // The last one: what it leaves, no version of Holdfast reads.
  test('a database of a newer version: the popup says so, no handle leaves its page, and an agent signs in as without Holdfast', async () => {
    const { auth, mcp, agent, browser, page, options } = scene();
    const version = await upgrade(browser);
    await stopWorker(browser);

    const popup = await openPopup(browser, agent.origin);
    await expect(popup.getByRole('alert')).toContainText('newer version of Holdfast');
    await expect(popup.getByRole('region', { name: new URL(agent.origin).host })).toBeVisible();
    const requests = mcp.log.length;
    await expect(call(page)).rejects.toThrow(/Failed to fetch/);
    expect(mcp.log.slice(requests).filter(({ method }) => method !== 'OPTIONS')).toEqual([]);

    const named = () => auth.log.filter(({ dpopJkt }) => dpopJkt).length;
    const before = named();
    await signIn(page, { ...options, account: 'c' });
    await call(page, 'list_notes', {}, 'c');
    const tokens = await page.evaluate(() => window.agent.tokens('v2', 'c'));
    expect(auth.issued.accessTokens).toContain(tokens.access_token);
    expect(named()).toBe(before);
    expect(await versionOf(browser)).toBe(version);
  });
});

test('everything is deleted on the person’s word: nothing is left of sessions, sites and permissions, and Holdfast starts anew', async ({
  world,
}) => {
  const { mcp, browser, page } = await signedIn(world, {}, { browser: await world.browser() });
  await turnDeveloperModeOn(browser);
  const { access_token, refresh_token } = await page.evaluate(() => window.agent.tokens('v2'));
  const traces = [access_token, refresh_token, mcp.resource];
  const before = await everythingStored(browser);
  for (const trace of traces) expect(before).toContain(trace);
  const dashboard = await openDashboard(browser, '#/settings');
  await dashboard.getByRole('button', { name: 'Delete everything' }).click();
  const closed = dashboard.waitForEvent('close');
  await dashboard.getByRole('alertdialog').getByRole('button', { name: 'Delete everything' }).click();
  await closed;
  await expect(async () => {
    const after = await everythingStored(browser);
    for (const trace of traces) expect(after).not.toContain(trace);
  }).toPass();
  const storage = await openStorage(browser);
  expect((await storage.evaluate(() => chrome.permissions.getAll())).origins).toEqual([]);
  expect(await storage.evaluate(() => chrome.scripting.getRegisteredContentScripts())).toEqual([]);
});

/** Chrome starts an unpacked extension anew in its developer mode alone. */
const turnDeveloperModeOn = ({ context }: Browser): Promise<void> =>
  inExtensionsPage(context, (update) => chrome.developerPrivate.updateProfileConfiguration(update), {
    inDeveloperMode: true,
  });

test('a disk without room: a sign-in says so, the popup too, the sessions that are there go on, and room heals it', async ({
  world,
}) => {
  test.setTimeout(120_000);
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.fresh();
  const room = await limitRoom(browser);
  await world.protect(agent, [auth, mcp], browser);
  const page = await openAgent(browser, agent);
  const options = { sdk: V2, resource: mcp.resource };
  await signIn(page, options);

  const second = { ...options, account: 'b' };
  await approved(mcp.resource, () => authorizeAgain(page, second));
  await page.waitForFunction(() => 'agent' in window);
  await room.fill();
  const said = await page.evaluate(
    (given) => window.agent.finish(given, location.search).then(() => 'signed in', String),
    second,
  );
  expect(said).toContain('no room left');
  const popup = await openPopup(browser, agent.origin);
  await expect(popup.getByRole('alert')).toContainText('no room left');
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toHaveCount(1);
  await connect(page, options);
  await call(page);

  // The refreshed tokens cannot be stored either; their session works with them, and says so.
  await page.evaluate(refreshByHand, auth.origin);
  await call(page);
  await expect(sessionsIn(popup).getByText('could not be stored')).toBeVisible();

  await room.make();
  await call(page);
  await expect(sessionsIn(popup).getByText('could not be stored')).toHaveCount(0);
  await expect(popup.getByRole('alert')).toHaveCount(0);
  await stopWorker(browser);
  await call(page);
  await page.evaluate(refreshByHand, auth.origin);
  await signIn(page, second);
  await call(page, 'list_notes', {}, 'b');
  expectBoundOnly(mcp);
});

/** The id of the session at an MCP server. */
async function sessionAt(browser: Browser, { resource }: { readonly resource: string }): Promise<unknown> {
  const found = (await readStore(browser, 'sessions')).find((record) => record.resource === resource);
  if (!found) throw new Error(`nothing is stored for ${resource}`);
  return found.id;
}

async function refreshByHand(server: string): Promise<void> {
  const { client_id } = JSON.parse(localStorage.getItem('v2.a.client') ?? '{}');
  const { refresh_token } = window.agent.tokens('v2');
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token, client_id });
  const response = await fetch(`${server}/token`, { method: 'POST', body });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

/** Takes the database to a higher version; or, with stores to lose, leaves it as a broken upgrade would. */
async function upgrade(browser: Browser, losing: string[] = []): Promise<number> {
  const page = await openStorage(browser);
  const version = await page.evaluate(async (lost) => {
    const found = (await indexedDB.databases()).find(({ name }) => name === 'holdfast')?.version ?? 0;
    return new Promise<number>((resolve, reject) => {
      const opening = indexedDB.open('holdfast', lost.length > 0 ? found + 1 : found + 100);
      opening.onupgradeneeded = () => {
        for (const store of lost) opening.result.deleteObjectStore(store);
      };
      opening.onsuccess = () => {
        resolve(opening.result.version);
        opening.result.close();
      };
      opening.onerror = () => reject(opening.error);
    });
  }, losing);
  await page.close();
  return version;
}

async function versionOf(browser: Browser): Promise<number | undefined> {
  const page = await openStorage(browser);
  const version = await page.evaluate(
    async () => (await indexedDB.databases()).find(({ name }) => name === 'holdfast')?.version,
  );
  await page.close();
  return version;
}

/** What Chrome gives the extension for a test that fills it, in bytes. Chrome counts for itself what is left of it. */
const ROOM = 4_000_000;

/** Gives the extension little room, which a test can fill and make again. */
async function limitRoom(browser: Browser) {
  const page = await openStorage(browser);
  const devtools = await browser.context.newCDPSession(page);
  const origin = `chrome-extension://${browser.id}`;
  const setQuota = (quotaSize: number) => devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
  await setQuota(ROOM);
  return {
    async fill(): Promise<void> {
      await setQuota(1);
      // More than there may be left, and nothing that can be compressed: Chrome asks how much there is.
      const write = () =>
        page.evaluate(
          (size) =>
            new Promise<string>((resolve) => {
              const opening = indexedDB.open('filler', 1);
              opening.onupgradeneeded = () => opening.result.createObjectStore('filler', { autoIncrement: true });
              opening.onerror = () => resolve(opening.error?.name ?? '');
              opening.onsuccess = () => {
                const transaction = opening.result.transaction('filler', 'readwrite');
                const store = transaction.objectStore('filler');
                for (let written = 0; written < size; written += 65_536)
                  store.add(crypto.getRandomValues(new Uint8Array(65_536)));
                transaction.oncomplete = () => resolve('written');
                transaction.onabort = () => resolve(transaction.error?.name ?? '');
                opening.result.close();
              };
            }),
          ROOM,
        );
      // What Chrome has counted for an earlier test counts for half a minute.
      await expect.poll(write, { timeout: 60_000 }).toBe('QuotaExceededError');
    },
    async make(): Promise<void> {
      await devtools.send('Storage.overrideQuotaForOrigin', { origin });
      await page.close();
    },
  };
}
