import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { decodeJwt } from 'jose';
import { filesIn, packagesOf } from '../packaging/package.ts';
import { EXTENSION, extensionWorker, launch } from '../src/demo/chromium.ts';
import { loopbackFetch } from '../src/demo/loopback-fetch.ts';
import { EXTENSIONS_PAGE } from '../src/demo/protect.mjs';
import { openDashboard } from './support/dashboard.ts';
import { hostileSite } from './support/hostile/site.ts';
import { unpack } from './support/installed.ts';
import { openMenu } from './support/menu.ts';
import { choose, openPolicy, setManaged } from './support/policy.ts';
import { promiseDpop } from './support/promise.ts';
import { activityCodes, openStorage } from './support/storage.ts';
import { sweep } from './support/sweep.ts';
import { tokensOf } from './support/vault.ts';
import {
  type Browser,
  call,
  callAnew,
  connect,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  sessionsIn,
  signIn,
  signInByRedirect,
  test,
} from './support/world.ts';
import { everythingStored } from './support/written.ts';

const ONLY_AN_ADMINISTRATOR = 'only an administrator can set a policy for Chromium';

/** Runs in the page: asks for a token as JSON, as FormData, with many headers, with a long one, and in a form that is too long. */
async function askInEveryForm(url: string): Promise<unknown[]> {
  const grant = { grant_type: 'authorization_code', code: 'c' };
  const fields = new FormData();
  for (const [name, value] of Object.entries(grant)) fields.append(name, value);
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, number) => [`x-${number}`, '1']));
  const forms: { headers?: Record<string, string>; body: XMLHttpRequestBodyInit }[] = [
    { headers: { 'content-type': 'application/json' }, body: JSON.stringify(grant) },
    { body: fields },
    { headers: many, body: new URLSearchParams(grant) },
    { headers: { 'x-long': 'x'.repeat(9_000) }, body: new URLSearchParams(grant) },
    { body: new URLSearchParams({ ...grant, long: 'x'.repeat(70_000) }) },
  ];
  const byXhr = ({ headers = {}, body }: (typeof forms)[number]) =>
    new Promise<unknown>((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open('POST', url);
      xhr.responseType = 'json';
      for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
      xhr.onload = () => resolve(xhr.response.error);
      xhr.onerror = () => resolve('it has left');
      xhr.send(body);
    });
  const byFetch = (form: (typeof forms)[number]) =>
    fetch(url, { method: 'POST', ...form })
      .then((response) => response.json())
      .then(({ error }) => error, String);
  const errors = [];
  for (const form of forms) errors.push(await byFetch(form), await byXhr(form));
  return errors;
}

test.describe('refusing bearer tokens', () => {
  test('keeps a bearer token from an agent, gives it back, and tells the person why', async ({ world }) => {
    const { auth, mcp } = await world.servers({ binding: 'none', auth: { intercept: promiseDpop } });
    const agent = await world.agent('agent', await hostileSite());
    const browser = await world.protect(agent, [auth, mcp]);
    await choose(browser, agent.origin, 'Refuse plain bearer tokens', true);
    const page = await openAgent(browser, agent, '/hostile');
    const refused = await signInByRedirect(page, { sdk: 'v2', resource: mcp.resource }).then(() => 'signed in', String);
    expect(refused).toContain('Holdfast refuses');
    expect(await page.evaluate(() => window.agent.tokens('v2'))).toBeNull();
    const everywhere = [refused, await sweep(page), await everythingStored(browser)];
    const tokens = tokensOf(auth);
    expect(tokens).toHaveLength(2);
    for (const token of tokens) for (const text of everywhere) expect(text.includes(token)).toBe(false);
    expect(mcp.log.some(({ scheme }) => scheme)).toBe(false);

    // It is worth nothing to whoever has seen it on its way.
    expect(auth.log.filter(({ endpoint, status }) => endpoint === 'revocation' && status === 200)).toHaveLength(1);
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: auth.issued.refreshTokens[0] ?? '',
      client_id: auth.log.find(({ grantType }) => grantType)?.clientId ?? '',
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await loopbackFetch(`${auth.origin}/token`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });

    const popup = await openPopup(browser, agent.origin);
    const session = sessionsIn(popup).getByRole('article');
    await expect(session.getByText('Refused', { exact: true })).toBeVisible();
    await expect(session).toContainText('refuses those');
  });

  test('lets no agent ask a server that knows no DPoP for one', async ({ world }) => {
    const { auth, mcp } = await world.servers({ binding: 'none' });
    const agent = await world.agent();
    const browser = await world.protect(agent, [auth, mcp]);
    await choose(browser, agent.origin, 'Refuse plain bearer tokens', true);
    const page = await openAgent(browser, agent);
    await expect(signIn(page, { sdk: 'v2', resource: mcp.resource })).rejects.toThrow(/Holdfast refuses/);
    // Nor in any other form, by either way to send one.
    expect(await page.evaluate(askInEveryForm, `${auth.origin}/token`)).toEqual([
      ...Array(8).fill('access_denied'),
      ...Array(2).fill('invalid_request'),
    ]);
    expect(auth.log.filter(({ endpoint }) => endpoint === 'token')).toEqual([]);
    expect(auth.issued.accessTokens).toHaveLength(0);
    expect(mcp.log.some(({ scheme }) => scheme)).toBe(false);
  });

  test('changes nothing for a server that binds', async ({ world }) => {
    const { auth, mcp } = await world.servers();
    const agent = await world.agent();
    const browser = await world.protect(agent, [auth, mcp]);
    await choose(browser, agent.origin, 'Refuse plain bearer tokens', true);
    const page = await openAgent(browser, agent);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    await call(page);
    expectBoundOnly(mcp);
  });
});

test('without custody the page reads its own token, which is bound and worthless to a thief', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  await choose(browser, agent.origin, 'Keep the real tokens out of the page', false);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  const { access_token: token } = await page.evaluate(() => window.agent.tokens('v2'));
  expect(auth.issued.accessTokens).toContain(token);
  const { cnf } = decodeJwt<{ cnf?: { jkt?: string } }>(token as string);
  const popup = await openPopup(browser, agent.origin);
  await sessionsIn(popup).getByText('Details').click();
  await expect(
    sessionsIn(popup)
      .getByRole('button', { name: `Copy the thumbprint ${cnf?.jkt}` })
      .first(),
  ).toBeVisible();
  await expect(sessionsIn(popup)).toContainText('The page holds the real token');

  // Its requests are proved, also after a refresh, and after a reload.
  await callAnew(page, auth, mcp);
  expectBoundOnly(mcp);

  const thief = await openAgent(world.shared, await world.agent('thief'));
  const status = await thief.evaluate(
    async ([url, stolen]) => {
      const init = { method: 'POST', headers: { authorization: `Bearer ${stolen}` }, body: '{}' };
      return fetch(url, init).then(
        (response) => response.status,
        () => 0,
      );
    },
    [mcp.resource, token as string] as const,
  );
  expect(status).toBe(401);
});

test('custody that is turned on and off while an agent is signed in is followed at the next refresh, and nobody is exposed', {
  tag: '@waits',
}, async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const options = { sdk: 'v2', resource: mcp.resource } as const;
  const isReal = async (page: Page) =>
    auth.issued.accessTokens.includes(await page.evaluate(() => window.agent.tokens('v2').access_token));
  /** Until the next document gets the other wrapper. */
  const custody = async (on: boolean) => {
    const popup = await openPolicy(browser, agent.origin);
    await popup.getByRole('checkbox', { name: 'Keep the real tokens out of the page' }).setChecked(on);
    const wrapper = () =>
      popup.evaluate(async (id) => {
        const [script] = await chrome.scripting.getRegisteredContentScripts({ ids: [id] });
        return script?.js?.[0]?.includes('tokens-wrapper');
      }, `page ${agent.origin}`);
    await expect.poll(wrapper).toBe(!on);
    await popup.close();
  };
  const isFollowed = async (page: Page, real: boolean) => {
    await callAnew(page, auth, mcp);
    expect(await isReal(page)).toBe(real);
  };
  const anew = async (page: Page) => {
    await page.goto(agent.origin);
    await page.waitForFunction(() => 'agent' in window);
    await connect(page, options);
  };

  await custody(false);
  const page = await openAgent(browser, agent);
  await signIn(page, options);
  expect(await isReal(page)).toBe(true);

  // The open document keeps the wrapper for real tokens; it is given handles all the same.
  await custody(true);
  await isFollowed(page, false);
  await custody(false);
  await isFollowed(page, true);

  // A document that is loaded under the new policy finds the other kind of token in its storage.
  await custody(true);
  await anew(page);
  await isFollowed(page, false);

  // This one knows handles alone, and is given no other.
  await custody(false);
  await isFollowed(page, false);
  await anew(page);
  await isFollowed(page, true);

  const popup = await openPopup(browser, agent.origin);
  await expect(sessionsIn(popup).getByRole('article')).toHaveCount(1);
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
});

test('a server that the policy does not allow is never armed, and shows for what it is', async ({ world }) => {
  const { auth, mcp } = await world.servers({ binding: 'offered' });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const policy = await openPolicy(browser, agent.origin);
  await policy.getByRole('textbox', { name: 'Allowed servers' }).fill('not an origin');
  await policy.getByRole('button', { name: 'Save the servers' }).click();
  await expect(policy.getByRole('alert')).toContainText('Not an origin');
  await policy.getByRole('textbox', { name: 'Allowed servers' }).fill('https://only.example');
  await policy.getByRole('button', { name: 'Save the servers' }).click();
  await expect(policy.getByRole('alert')).toBeHidden();

  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  await call(page);
  expect(auth.log.some(({ dpopJkt }) => dpopJkt)).toBe(false);
  await expect(sessionsIn(await openPopup(browser, agent.origin))).toContainText('does not allow this server');
});

test('an allowed algorithm is the one that signs', async ({ world }) => {
  const algorithms = { dpopAlgorithms: ['ES256', 'RS256'] };
  const { auth, mcp } = await world.servers({ auth: algorithms, mcp: algorithms });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  await choose(browser, agent.origin, 'RS256', true);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  await call(page);
  expect(mcp.log.at(-1)?.proof?.header.alg).toBe('RS256');
});

test('what is taken back in Chrome’s own settings is no longer protected, and gets no proof', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  await call(page);
  // Each at an address of its own, for which no proof was made ahead.
  const request = (name: string) =>
    page.evaluate(async (url) => {
      const authorization = `Bearer ${window.agent.tokens('v2').access_token}`;
      return (await fetch(url, { method: 'POST', headers: { authorization }, body: '{}' })).status;
    }, `${mcp.resource}?${name}`);
  const popup = await openPopup(browser, agent.origin);

  await takeBack(browser, mcp.origin);
  const before = mcp.log.length;
  const refused = request('one');
  await popup.getByRole('button', { name: 'Not now' }).click();
  expect(await refused).toBe(403);
  expect(mcp.log.slice(before)).toEqual([]);

  await world.protect(agent, [auth, mcp]);
  await call(page);
  await takeBack(browser, agent.origin);
  await expect(popup.getByText('Not protected')).toBeVisible();
  expect(await request('two')).toBe(401);
  expect(mcp.log.at(-1)).toMatchObject({ scheme: 'Bearer', proofs: 0 });
  const scripts = await popup.evaluate(async () =>
    (await chrome.scripting.getRegisteredContentScripts()).map(({ id }) => id),
  );
  expect(scripts.filter((id) => id.endsWith(agent.origin))).toEqual([]);
});

test('what the organization set wins over what the person chose, shows as such, and cannot be changed', async ({
  world,
}) => {
  const algorithms = { dpopAlgorithms: ['ES256', 'RS256'] };
  const { auth, mcp } = await world.servers({ auth: algorithms, mcp: algorithms });
  const elsewhere = await world.servers({ binding: 'offered', auth: { name: 'auth2' }, mcp: { name: 'mcp2' } });
  const agent = await world.agent();
  const others = [elsewhere.auth, elsewhere.mcp];
  const own = {
    refuseBearer: false,
    custody: false,
    servers: others.map(({ origin }) => origin),
    algorithms: ['ES256'],
  };
  const set = { bearer: 'refuse', custody: true, servers: [auth.origin, mcp.origin], algorithms: ['RS256'] };
  const sites = [{ site: agent.origin, ...set }];
  const takeAway = await setManaged(world.shared.id, { sites }, new URL(agent.origin).port);
  test.skip(!takeAway, ONLY_AN_ADMINISTRATOR);
  try {
    const browser = await world.browser();
    const storage = await openStorage(browser);
    await storage.evaluate((choice) => chrome.storage.sync.set(choice), { [`policy ${agent.origin}`]: own });
    await world.protect(agent, [auth, mcp, ...others], browser);
    const policy = await openPolicy(browser, agent.origin);
    const refusing = policy.getByRole('radio', { name: 'Refuse plain bearer tokens' });
    const custody = policy.getByRole('checkbox', { name: 'Keep the real tokens out of the page' });
    for (const box of [refusing, custody, policy.getByRole('checkbox', { name: 'RS256' })]) {
      await expect(box).toBeChecked();
      await expect(box).toBeDisabled();
    }
    await expect(policy.getByRole('checkbox', { name: 'ES256' })).not.toBeChecked();
    await expect(policy.getByRole('textbox', { name: 'Allowed servers' })).toHaveValue(set.servers.join('\n'));
    await expect(policy.getByRole('textbox', { name: 'Allowed servers' })).toBeDisabled();
    await expect(policy.getByText('Set by your organization')).toHaveCount(4);

    const page = await openAgent(browser, agent);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    expect((await page.evaluate(() => window.agent.tokens('v2'))).access_token).toMatch(/^hf_/);
    await call(page);
    expect(mcp.log.at(-1)?.proof?.header.alg).toBe('RS256');
    // A server that only the person allows is not bound, and what is not bound is refused.
    const account = { sdk: 'v2' as const, resource: elsewhere.mcp.resource, account: 'b' };
    await expect(signIn(page, account)).rejects.toThrow(/Holdfast refuses/);
    expect(await storage.evaluate((key) => chrome.storage.sync.get(key), `policy ${agent.origin}`)).toEqual({
      [`policy ${agent.origin}`]: own,
    });
  } finally {
    await takeAway?.();
  }
});

test('a site that the organization protects is protected from the start where its package has the hosts, and the person cannot stop that', async ({
  world,
}) => {
  const agent = await world.agent();
  const folder = test.info().outputPath('organization');
  const [zip] = Object.values(packagesOf(await filesIn(EXTENSION), [agent.origin]));
  unpack(zip ?? new Uint8Array(), folder);
  // The package of an organization has the id of whoever signs it; here it is the usual one.
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  const { key } = JSON.parse(await readFile(join(EXTENSION, 'manifest.json'), 'utf8'));
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, key }));

  const elsewhere = 'https://not-in-the-package.example';
  const protect = [agent.origin, elsewhere, 'no origin'];
  const takeAway = await setManaged(world.shared.id, { protect }, new URL(agent.origin).port);
  test.skip(!takeAway, ONLY_AN_ADMINISTRATOR);
  const context = await launch({ profile: test.info().outputPath('profile'), extensions: [folder] });
  try {
    const browser = { context, id: world.shared.id, worker: () => extensionWorker(context) };
    await browser.worker();
    const popup = await openPopup(browser, agent.origin);
    const menu = await openMenu(popup, 'Protected');
    await expect(menu.getByRole('menuitem')).toHaveText(['Site policy', 'Keep a key…']);
    await expect(popup.getByText('Protected by your organization')).toBeVisible();
    const settings = await openDashboard(browser, '#/settings');
    await expect(settings.getByText(new URL(elsewhere).host)).toBeVisible();
    await expect(settings.getByRole('button', { name: 'Protect these sites' })).toBeVisible();
    await expect(settings.getByRole('button', { name: 'Stop protecting' })).toHaveCount(0);
    const page = await openAgent(browser, agent);
    const isThere = (await browser.worker()).evaluate(async (url) => {
      const [tab] = await chrome.tabs.query({ url });
      return chrome.tabs.sendMessage(tab?.id as number, null, { frameId: 0 }).then(() => true);
    }, page.url());
    expect(await isThere).toBe(true);
    expect(await activityCodes(browser)).toContain('policy_invalid');
  } finally {
    await context.close();
    await takeAway?.();
  }
});

/** Withdraws a host permission, as the person does on Chrome's page of the extension. */
async function takeBack({ context, id }: Browser, origin: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(EXTENSIONS_PAGE);
  await page.evaluate(
    ([extension, pattern]) =>
      (globalThis as unknown as { chrome: { developerPrivate: DeveloperPrivate } }).chrome.developerPrivate //
        .removeHostPermission(extension, pattern),
    [id, `${origin}/*`] as const,
  );
  await page.close();
}

interface DeveloperPrivate {
  removeHostPermission(extension: string, pattern: string): Promise<void>;
}
