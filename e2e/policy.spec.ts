import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { decodeJwt } from 'jose';
import { filesIn, packagesOf } from '../packaging/package.ts';
import { EXTENSION, extensionWorker, launch } from '../src/demo/chromium.ts';
import { loopbackFetch } from '../src/demo/loopback-fetch.ts';
import { openDashboard } from './support/dashboard.ts';
import { inExtensionsPage } from './support/developer-private.ts';
import { hostileSite } from './support/hostile/site.ts';
import { unpack } from './support/installed.ts';
import { openMenu } from './support/menu.ts';
import { choose, openPolicy, setManaged } from './support/policy.ts';
import { promiseDpop } from './support/promise.ts';
import { activityCodes } from './support/storage.ts';
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
  test,
  type World,
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

test('refusing bearer tokens', async ({ world }) => {
  const serversOf = (name: string, options: Parameters<World['servers']>[0]) =>
    world.servers({ ...options, auth: { name: `auth-${name}`, ...options?.auth }, mcp: { name: `mcp-${name}` } });
  const promising = await serversOf('promising', { binding: 'none', auth: { intercept: promiseDpop } });
  const unknowing = await serversOf('unknowing', { binding: 'none' });
  const binding = await serversOf('binding', {});
  const agent = await world.agent('agent', await hostileSite());
  const all = [promising, unknowing, binding];
  const browser = await world.protect(
    agent,
    all.flatMap(({ auth, mcp }) => [auth, mcp]),
  );
  await choose(browser, agent.origin, 'Refuse plain bearer tokens', true);
  const page = await openAgent(browser, agent, '/hostile');
  const signingIn = ({ mcp: { resource } }: typeof binding) => signIn(page, { sdk: 'v2', resource, account: resource });
  const [answer, ...others] = await Promise.allSettled(all.map(signingIn));

  await test.step('keeps a bearer token from an agent, gives it back, and tells the person why', async () => {
    const { auth, mcp } = promising;
    const refused = answer?.status === 'rejected' ? String(answer.reason) : 'signed in';
    expect(refused).toContain('Holdfast refuses');
    expect(await page.evaluate((account) => window.agent.tokens('v2', account), mcp.resource)).toBeNull();
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
    const taken = await loopbackFetch(`${auth.origin}/token`, { method: 'POST', headers, body });
    expect(await taken.json()).toMatchObject({ error: 'invalid_grant' });

    const popup = await openPopup(browser, agent.origin);
    const session = sessionsIn(popup)
      .getByRole('article')
      .filter({ hasText: new URL(mcp.origin).host });
    await expect(session.getByText('Refused', { exact: true })).toBeVisible();
    await expect(session).toContainText('refuses those');
  });

  await test.step('lets no agent ask a server that knows no DPoP for one', async () => {
    const { auth, mcp } = unknowing;
    expect(String(others[0]?.status === 'rejected' && others[0].reason)).toContain('Holdfast refuses');
    // Nor in any other form, by either way to send one.
    expect(await page.evaluate(askInEveryForm, `${auth.origin}/token`)).toEqual([
      ...Array(8).fill('access_denied'),
      ...Array(2).fill('invalid_request'),
    ]);
    expect(auth.log.filter(({ endpoint }) => endpoint === 'token')).toEqual([]);
    expect(auth.issued.accessTokens).toHaveLength(0);
    expect(mcp.log.some(({ scheme }) => scheme)).toBe(false);
  });

  await test.step('changes nothing for a server that binds', async () => {
    expect(others[1]?.status).toBe('fulfilled');
    await call(page, 'list_notes', {}, binding.mcp.resource);
    expectBoundOnly(binding.mcp);
  });
});

test('custody that is turned on and off while an agent is signed in is followed at the next refresh, and nobody is exposed', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const options = { sdk: 'v2', resource: mcp.resource } as const;
  const policy = await openPolicy(browser, agent.origin);
  const tokenOf = (page: Page): Promise<string> => page.evaluate(() => window.agent.tokens('v2').access_token);
  const isReal = async (page: Page) => auth.issued.accessTokens.includes(await tokenOf(page));
  /** Until the next document gets the other wrapper. */
  const custody = async (on: boolean) => {
    await policy.bringToFront();
    await policy.getByRole('checkbox', { name: 'Keep the real tokens out of the page' }).setChecked(on);
    const wrapper = () =>
      policy.evaluate(async (id) => {
        const [script] = await chrome.scripting.getRegisteredContentScripts({ ids: [id] });
        return script?.js?.[0]?.includes('tokens-wrapper');
      }, `page ${agent.origin}`);
    await expect.poll(wrapper).toBe(!on);
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

  await test.step('without custody the page reads its own token, which is bound and worthless to a thief', async () => {
    const token = await tokenOf(page);
    const { cnf } = decodeJwt<{ cnf?: { jkt?: string } }>(token);
    const popup = await openPopup(browser, agent.origin);
    await sessionsIn(popup).getByText('Details').click();
    await expect(
      sessionsIn(popup)
        .getByRole('button', { name: `Copy the thumbprint ${cnf?.jkt}` })
        .first(),
    ).toBeVisible();
    await expect(sessionsIn(popup)).toContainText('The page holds the real token');
    await popup.close();

    // Its requests are proved, also after a refresh.
    await isFollowed(page, true);
    expectBoundOnly(mcp);

    const thief = await openAgent(browser, await world.agent('thief'));
    const status = await thief.evaluate(
      async ([url, stolen]) => {
        const init = { method: 'POST', headers: { authorization: `Bearer ${stolen}` }, body: '{}' };
        return fetch(url, init).then(
          (response) => response.status,
          () => 0,
        );
      },
      [mcp.resource, token] as const,
    );
    expect(status).toBe(401);
  });

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

test('a policy of algorithms and servers', async ({ world }) => {
  const taking = (name: string, ...dpopAlgorithms: string[]) =>
    world.servers({
      binding: 'offered',
      auth: { name: `auth-${name}`, dpopAlgorithms },
      mcp: { name: `mcp-${name}`, dpopAlgorithms },
    });
  const allowed = await taking('allowed', 'ES256', 'RS256');
  const unlike = await taking('unlike', 'ES256');
  const forbidden = await taking('forbidden', 'ES256', 'RS256');
  const serversOf = (...served: (typeof allowed)[]) => served.flatMap(({ auth, mcp }) => [auth, mcp]);
  const agent = await world.agent();
  const protectAll = () => world.protect(agent, serversOf(allowed, unlike, forbidden));
  const browser = await protectAll();
  const page = await openAgent(browser, agent);
  const popup = await openPolicy(browser, agent.origin);
  const cardOf = ({ mcp }: typeof allowed) =>
    sessionsIn(popup)
      .getByRole('article')
      .filter({ hasText: new URL(mcp.origin).host });
  const work = async ({ mcp: { resource } }: typeof allowed) => {
    await signIn(page, { sdk: 'v2', resource, account: resource });
    await call(page, 'list_notes', {}, resource);
  };

  await test.step('an allowed algorithm is the one that signs', async () => {
    await popup.getByRole('checkbox', { name: 'RS256' }).check();
    await expect.poll(() => chosenFor(popup, agent.origin)).toEqual({ algorithms: ['RS256'] });
    await work(allowed);
    expect(allowed.mcp.log.at(-1)?.proof?.header.alg).toBe('RS256');
  });

  await test.step('a server that the policy does not allow is never armed, and shows for what it is', async () => {
    await popup.getByRole('textbox', { name: 'Allowed servers' }).fill('not an origin');
    await popup.getByRole('button', { name: 'Save the servers' }).click();
    await expect(popup.getByRole('alert')).toContainText('Not an origin');
    const servers = serversOf(allowed, unlike).map(({ origin }) => origin);
    await popup.getByRole('textbox', { name: 'Allowed servers' }).fill(servers.join('\n'));
    await popup.getByRole('button', { name: 'Save the servers' }).click();
    await expect(popup.getByRole('alert')).toBeHidden();
    await expect.poll(() => chosenFor(popup, agent.origin)).toEqual({ algorithms: ['RS256'], servers });
    await work(forbidden);
    expect(forbidden.auth.log.some(({ dpopJkt }) => dpopJkt)).toBe(false);
    await popup.reload();
    await expect(cardOf(forbidden)).toContainText('does not allow this server');
  });

  await test.step('servers that take no allowed algorithm: the agent works, held, and its session says why', async () => {
    await work(unlike); // in the document that was refused the others
    await expect(cardOf(unlike).getByText('Held', { exact: true })).toBeVisible();
    await expect(cardOf(unlike)).toContainText(
      'The site’s policy allows none of the algorithms that these servers take',
    );
  });

  await test.step('what is taken back in Chrome’s own settings is no longer protected, and gets no proof', async () => {
    const { mcp } = allowed;
    // Each at an address of its own, for which no proof was made ahead.
    const request = (name: string) =>
      page.evaluate(
        async ([url, account]) => {
          const authorization = `Bearer ${window.agent.tokens('v2', account).access_token}`;
          return (await fetch(url, { method: 'POST', headers: { authorization }, body: '{}' })).status;
        },
        [`${mcp.resource}?${name}`, mcp.resource] as const,
      );

    await takeBack(browser, mcp.origin);
    const before = mcp.log.length;
    const refused = request('one');
    await popup.getByRole('button', { name: 'Not now' }).click();
    expect(await refused).toBe(403);
    expect(mcp.log.slice(before)).toEqual([]);

    await protectAll();
    await call(page, 'list_notes', {}, mcp.resource);
    await takeBack(browser, agent.origin);
    await expect(popup.getByText('Not protected')).toBeVisible();
    expect(await request('two')).toBe(401);
    expect(mcp.log.at(-1)).toMatchObject({ scheme: 'Bearer', proofs: 0 });
    const scripts = await popup.evaluate(async () =>
      (await chrome.scripting.getRegisteredContentScripts()).map(({ id }) => id),
    );
    expect(scripts.filter((id) => id.endsWith(agent.origin))).toEqual([]);
  });
});

test('an organization’s package and policy', async ({ world }) => {
  const algorithms = { dpopAlgorithms: ['ES256', 'RS256'] };
  const { auth, mcp } = await world.servers({ auth: algorithms, mcp: algorithms });
  const elsewhere = await world.servers({ binding: 'offered', auth: { name: 'auth2' }, mcp: { name: 'mcp2' } });
  const agent = await world.agent();
  const others = [elsewhere.auth, elsewhere.mcp].map(({ origin }) => origin);
  const servers = [auth.origin, mcp.origin];
  const folder = test.info().outputPath('organization');
  const [zip] = Object.values(packagesOf(await filesIn(EXTENSION), [agent.origin, ...servers, ...others]));
  unpack(zip ?? new Uint8Array(), folder);
  // The package of an organization has the id of whoever signs it; here it is the usual one.
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  const { key } = JSON.parse(await readFile(join(EXTENSION, 'manifest.json'), 'utf8'));
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, key }));

  const own = { refuseBearer: false, custody: false, servers: others, algorithms: ['ES256'] };
  const sites = [{ site: agent.origin, bearer: 'refuse', custody: true, servers, algorithms: ['RS256'] }];
  const unpackaged = 'https://not-in-the-package.example';
  const protect = [agent.origin, unpackaged, 'no origin'];
  const takeAway = await setManaged(world.shared.id, { sites, protect }, new URL(agent.origin).port);
  test.skip(!takeAway, ONLY_AN_ADMINISTRATOR);
  const context = await launch({ profile: test.info().outputPath('profile'), extensions: [folder] });
  try {
    const browser = { context, id: world.shared.id, worker: () => extensionWorker(context) };
    await browser.worker();
    const popup = await openPopup(browser, agent.origin);
    await popup.evaluate((choice) => chrome.storage.sync.set(choice), { [`policy ${agent.origin}`]: own });
    const menu = await openMenu(popup, 'Protected');
    const page = await openAgent(browser, agent);

    await test.step('a site that the organization protects is protected from the start where its package has the hosts, and the person cannot stop that', async () => {
      await expect(menu.getByRole('menuitem')).toHaveText(['Site policy', 'Keep a key…']);
      await expect(popup.getByText('Protected by your organization')).toBeVisible();
      const settings = await openDashboard(browser, '#/settings');
      await expect(settings.getByText(new URL(unpackaged).host)).toBeVisible();
      await expect(settings.getByRole('button', { name: 'Protect these sites' })).toBeVisible();
      await expect(settings.getByRole('button', { name: 'Stop protecting' })).toHaveCount(0);
      const isThere = (await browser.worker()).evaluate(async (url) => {
        const [tab] = await chrome.tabs.query({ url });
        return chrome.tabs.sendMessage(tab?.id as number, null, { frameId: 0 }).then(() => true);
      }, page.url());
      expect(await isThere).toBe(true);
      expect(await activityCodes(browser)).toContain('policy_invalid');
    });

    await world.protect(agent, [auth, mcp, elsewhere.auth, elsewhere.mcp], browser);
    await test.step('what the organization set wins over what the person chose, shows as such, and cannot be changed', async () => {
      await popup.bringToFront();
      await menu.getByRole('menuitem', { name: 'Site policy' }).click();
      const refusing = popup.getByRole('radio', { name: 'Refuse plain bearer tokens' });
      const custody = popup.getByRole('checkbox', { name: 'Keep the real tokens out of the page' });
      for (const box of [refusing, custody, popup.getByRole('checkbox', { name: 'RS256' })]) {
        await expect(box).toBeChecked();
        await expect(box).toBeDisabled();
      }
      await expect(popup.getByRole('checkbox', { name: 'ES256' })).not.toBeChecked();
      await expect(popup.getByRole('textbox', { name: 'Allowed servers' })).toHaveValue(servers.join('\n'));
      await expect(popup.getByRole('textbox', { name: 'Allowed servers' })).toBeDisabled();
      await expect(popup.getByText('Set by your organization')).toHaveCount(4);

      await signIn(page, { sdk: 'v2', resource: mcp.resource });
      expect((await page.evaluate(() => window.agent.tokens('v2'))).access_token).toMatch(/^hf_/);
      await call(page);
      expect(mcp.log.at(-1)?.proof?.header.alg).toBe('RS256');
      // A server that only the person allows is not bound, and what is not bound is refused.
      const account = { sdk: 'v2' as const, resource: elsewhere.mcp.resource, account: 'b' };
      await expect(signIn(page, account)).rejects.toThrow(/Holdfast refuses/);
      expect(await chosenFor(popup, agent.origin)).toEqual(own);
    });
  } finally {
    await context.close();
    await takeAway?.();
  }
});

/** What the person chose for a site, as it is stored. */
async function chosenFor(view: Page, site: string): Promise<unknown> {
  const key = `policy ${site}`;
  return (await view.evaluate((name) => chrome.storage.sync.get<Record<string, unknown>>(name), key))[key];
}

/** Withdraws a host permission, as the person does on Chrome's page of the extension. */
async function takeBack({ context, id }: Browser, origin: string): Promise<void> {
  await inExtensionsPage(
    context,
    ([extension, pattern]) => chrome.developerPrivate.removeHostPermission(extension, pattern),
    [id, `${origin}/*`] as const,
  );
}
