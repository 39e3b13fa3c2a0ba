import { openDashboard } from './support/dashboard.ts';
import { seed } from './support/many.ts';
import { chooseIn } from './support/menu.ts';
import { damage, openStorage, readStore } from './support/storage.ts';
import {
  authorizeAgain,
  type Browser,
  call,
  connect,
  consent,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  redeem,
  sessionsIn,
  signedIn,
  signIn,
  startSignIn,
  stopWorker,
  test,
  type World,
} from './support/world.ts';
import { everythingStored } from './support/written.ts';

const V2 = 'v2' as const;

/** Two agents that are signed in, each with servers of its own, in one browser. */
async function twoSessions(world: World, browser?: Browser) {
  const [one, two] = [await world.servers(), await world.servers({ auth: { name: 'auth2' }, mcp: { name: 'mcp2' } })];
  const [agent, other] = [await world.agent(), await world.agent('other')];
  const shared = await world.protect(agent, [one.auth, one.mcp], browser);
  await world.protect(other, [two.auth, two.mcp], browser);
  const page = await openAgent(shared, agent);
  await signIn(page, { sdk: V2, resource: one.mcp.resource });
  const bystander = await openAgent(shared, other);
  await signIn(bystander, { sdk: V2, resource: two.mcp.resource });
  await call(page);
  await call(bystander);
  return { browser: shared, one, two, agent, other, page, bystander };
}

const DAMAGES: [string, string, Record<string, unknown>, string][] = [
  ['session', 'sessions', { binding: null }, 'Damaged'],
  ['key', 'keys', { privateKey: {} }, 'Key lost'],
];

for (const [what, store, members, label] of DAMAGES) {
  test(`a damaged record of a session’s ${what}: it shows as “${label}”, signs in again, and the other goes on`, async ({
    world,
  }) => {
    const { browser, agent, other, page, bystander, one, two } = await twoSessions(world);
    const { id, thumbprint } = await storedSession(browser, agent.origin);
    const where = { sessions: { id }, tokens: { session: id }, keys: { thumbprint } }[store];
    await damage(browser, store, where ?? {}, members);
    await stopWorker(browser);

    await call(bystander);
    const options = { sdk: V2, resource: one.mcp.resource };
    await authorizeAgain(page, options);
    const popup = await openPopup(browser, agent.origin);
    await expect(sessionsIn(popup).getByText(label, { exact: true })).toBeVisible();
    await expect(sessionsIn(popup).getByText(/Sign in again/)).toBeVisible();

    await redeem(page, options);
    await call(page);
    await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
    await call(bystander);
    expectBoundOnly(two.mcp);
    const otherPopup = await openPopup(browser, other.origin);
    await expect(sessionsIn(otherPopup).getByText('Bound', { exact: true })).toBeVisible();
  });
}

test('a damaged session is taken off the list by the person', async ({ world }) => {
  const { browser, agent } = await twoSessions(world);
  await damage(browser, 'sessions', { agent: agent.origin }, { binding: null });
  await stopWorker(browser);
  const popup = await openPopup(browser, agent.origin);
  await expect(sessionsIn(popup).getByText('cannot be read any more')).toBeVisible();
  await chooseIn(sessionsIn(popup), 'More for', 'Remove from the list');
  await expect(sessionsIn(popup)).toHaveCount(0);
  await expect
    .poll(async () => (await readStore(browser, 'sessions')).some(({ agent: its }) => its === agent.origin))
    .toBe(false);
});

test('a record that does not even say whose it was is left out, the popup says so, and the others go on', async ({
  world,
}) => {
  const { browser, agent, other, bystander } = await twoSessions(world, await world.browser());
  await damage(browser, 'sessions', { agent: agent.origin }, { agent: 17 });
  await stopWorker(browser);
  await call(bystander);
  const popup = await openPopup(browser, other.origin);
  await expect(popup.getByRole('alert')).toContainText('cannot be read any more');
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
});

test('a line of the log, a drill and a reason that nobody can read leave popup and dashboard standing', async ({
  world,
}) => {
  const { agent, browser, mcp } = await signedIn(world);
  const { id } = await storedSession(browser, agent.origin);
  const odd = { id: `odd ${id}`, agent: agent.origin, scopes: [], issuedAt: 1, state: 'exposed', reason: 'unheard of' };
  const line = { at: Date.now(), kind: 'unheard of', agent: agent.origin, session: id };
  const drill = { session: id, resource: mcp.resource, at: 1, verdict: { kind: 'notEnforced' }, lines: [] };
  await seed(browser, { activity: [line], drills: [drill], sessions: [odd] });
  const popup = await openPopup(browser, agent.origin);
  for (const state of ['Bound', 'Damaged', 'Not tested'])
    await expect(sessionsIn(popup).getByText(state, { exact: true }).first()).toBeVisible();
  const dashboard = await openDashboard(browser, '#/activity');
  for (const code of ['line_damaged', 'drill_damaged']) await expect(dashboard.getByText(code).first()).toBeVisible();
  const page = await openDashboard(browser, `#/session/${id}/drill`);
  await expect(page.getByRole('button', { name: 'Run the drill' })).toBeVisible();
});

test('a list of protected sites that is damaged keeps the sites that can be read', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp], await world.browser());
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: V2, resource: mcp.resource });
  await (await browser.worker()).evaluate(async () => {
    const { sites } = await chrome.storage.local.get<{ sites: string[] }>('sites');
    await chrome.storage.local.set({ sites: ['nonsense', 17, null, ...sites] });
  });
  await stopWorker(browser);
  await call(page);
  expectBoundOnly(mcp);
  await expect((await openPopup(browser, agent.origin)).getByText('Protected', { exact: true })).toBeVisible();
});

test('when the browser starts, keys that nothing is bound to are deleted, and those of sessions are kept', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const before = await world.protect(agent, [auth, mcp], await world.browser());
  const options = { sdk: V2, resource: mcp.resource };
  await signIn(await openAgent(before, agent), options);
  const { thumbprint } = await storedSession(before, agent.origin);
  await damage(before, 'keys', { thumbprint }, { thumbprint: 'orphan' }); // a copy under another name
  const kept = async (browser: Browser) => (await readStore(browser, 'keys')).map((key) => key.thumbprint);
  expect(await kept(before)).toEqual(expect.arrayContaining(['orphan', thumbprint]));
  await before.context.close();

  const after = await world.browser();
  await expect.poll(() => kept(after)).not.toContain('orphan');
  expect(await kept(after)).toContain(thumbprint);
  const page = await openAgent(after, agent);
  await connect(page, options);
  await call(page);
  expectBoundOnly(mcp);
});

test('clearing the extension’s data leaves nothing of a session, and the next sign-in begins anew', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp], await world.browser());
  const page = await openAgent(browser, agent);
  const options = { sdk: V2, resource: mcp.resource };
  await signIn(page, options);
  await call(page);
  const { access_token, refresh_token } = await page.evaluate(() => window.agent.tokens('v2'));
  const [record] = (await readStore(browser, 'sessions')) as { id: string; binding: { thumbprint: string } }[];
  const traces = [access_token, refresh_token, record?.id, record?.binding.thumbprint, mcp.resource];
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
  await authorizeAgain(page, options);
  for (const store of ['sessions', 'tokens']) expect(await readStore(browser, store)).toEqual([]);
  expect(mcp.log.slice(requests).some(({ scheme, status }) => scheme && status === 200)).toBe(false);
  await redeem(page, options);
  await call(page);
});

test('counts and servers that are damaged are made anew, and nobody notices', async ({ world }) => {
  const { browser, agent, page, one } = await twoSessions(world);
  const { id } = await storedSession(browser, agent.origin);
  await expect.poll(async () => (await readStore(browser, 'usage')).some((record) => record.session === id)).toBe(true);
  await stopWorker(browser);
  await damage(browser, 'usage', { session: id }, { proofs: 'many', last: { at: 'noon' } });
  await damage(browser, 'servers', { issuer: one.auth.issuer }, { tokenEndpoint: 5, dpopSigningAlgorithms: null });
  await call(page);
  const popup = await openPopup(browser, agent.origin);
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
  await expect(
    sessionsIn(popup)
      .getByText(/^[1-9] proofs?$/)
      .first(),
  ).toBeVisible();
  expectBoundOnly(one.mcp);
});

test('a database of a newer version: the popup says so, no handle leaves its page, and an agent signs in as without Holdfast', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers({ binding: 'offered' });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp], await world.browser());
  const page = await openAgent(browser, agent);
  const options = { sdk: V2, resource: mcp.resource };
  await signIn(page, options);
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
  const fresh = { ...options, account: 'b' };
  await signIn(page, fresh);
  await call(page, 'list_notes', {}, 'b');
  const tokens = await page.evaluate(() => window.agent.tokens('v2', 'b'));
  expect(auth.issued.accessTokens).toContain(tokens.access_token);
  expect(named()).toBe(before);
  expect(await versionOf(browser)).toBe(version);
});

test('an upgrade that was left half done is finished: what was stored is there, and sign-in works', async ({
  world,
}) => {
  const { browser, agent, page, one, two, bystander } = await twoSessions(world, await world.browser());
  await stopWorker(browser);
  await upgrade(browser, ['usage', 'armed', 'activity']);
  const options = { sdk: V2, resource: one.mcp.resource };
  for (const [tab, server] of [
    [page, one],
    [bystander, two],
  ] as const) {
    // A new document: it has no proofs that the worker before has made ahead.
    await tab.reload();
    await tab.waitForFunction(() => 'agent' in window);
    await connect(tab, { ...options, resource: server.mcp.resource });
    await call(tab);
  }
  const second = { ...options, account: 'b' };
  await signIn(page, second);
  await call(page, 'list_notes', {}, 'b');
  expectBoundOnly(one.mcp);
  const popup = await openPopup(browser, agent.origin);
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toHaveCount(2);
});

test('a disk without room: a sign-in says so, the popup too, the sessions that are there go on, and room heals it', async ({
  world,
}) => {
  test.slow();
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp], await world.browser());
  const page = await openAgent(browser, agent);
  const options = { sdk: V2, resource: mcp.resource };
  await signIn(page, options);

  const second = { ...options, account: 'b' };
  await startSignIn(page, second);
  await consent(page);
  await page.waitForURL(/\/callback/);
  await page.waitForFunction(() => 'agent' in window);
  const makeRoom = await fill(browser);
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

  await makeRoom();
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

async function storedSession(browser: Browser, agent: string): Promise<{ id: unknown; thumbprint: unknown }> {
  const found = (await readStore(browser, 'sessions')).find((record) => record.agent === agent);
  if (!found) throw new Error(`nothing is stored for ${agent}`);
  return { id: found.id, thumbprint: (found.binding as { thumbprint: unknown }).thumbprint };
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

/** Leaves the extension no room to write. The answer takes that back. */
async function fill(browser: Browser): Promise<() => Promise<void>> {
  const page = await openStorage(browser);
  const devtools = await browser.context.newCDPSession(page);
  const origin = `chrome-extension://${browser.id}`;
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  // Chrome asks for the room that is left only now and then.
  const write = () =>
    page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const opening = indexedDB.open('filler', 1);
          opening.onupgradeneeded = () => opening.result.createObjectStore('filler', { autoIncrement: true });
          opening.onerror = () => resolve(opening.error?.name ?? '');
          opening.onsuccess = () => {
            const transaction = opening.result.transaction('filler', 'readwrite');
            transaction.objectStore('filler').add('x'.repeat(10_000));
            transaction.oncomplete = () => resolve('written');
            transaction.onabort = () => resolve(transaction.error?.name ?? '');
            opening.result.close();
          };
        }),
    );
  await expect.poll(write, { timeout: 60_000 }).toBe('QuotaExceededError');
  return async () => {
    await devtools.send('Storage.overrideQuotaForOrigin', { origin });
    await page.close();
  };
}
