import type { Locator, Page } from '@playwright/test';
import { decodeJwt } from 'jose';
import type { AuthorizationServer } from '../src/demo/authorization-server.ts';
import { loopbackFetch } from '../src/demo/loopback-fetch.ts';
import type { ResourceServer } from '../src/demo/resource-server.ts';
import { extensionPage } from './support/extension-page.ts';
import { chooseIn, revokeIn } from './support/menu.ts';
import { titleOf } from './support/over-page.ts';
import { havePolicy } from './support/policy.ts';
import { breakStore } from './support/worker-seam.ts';
import {
  type Browser,
  call,
  connect,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  sessionsIn,
  shareScene,
  signedIn,
  signIn,
  startSignIn,
  stopWorker,
  test,
} from './support/world.ts';

const sdk = 'v2';

test.describe('the switch of a site', () => {
  test('protects it: one click, and the page is offered the reload that it needs', async ({ world }) => {
    const { auth, mcp } = await world.servers();
    const agent = await world.agent();
    const neighbour = await world.agent('neighbour');
    // Chrome shows the popup the address of the tab below it. Here, it does so because the host was allowed before.
    const browser = await world.protect(neighbour, [agent, auth, mcp]);
    const popup = await browser.context.newPage();
    const page = await openAgent(browser, agent);
    await popup.goto(`chrome-extension://${browser.id}/src/ui/popup/index.html`);

    await expect(popup.getByText('Not protected')).toBeVisible();
    await expect(popup.getByRole('button', { name: 'Reload the page' })).toHaveCount(0);
    // A page that lies to its own scripts, and would like to hear what it has.
    await page.evaluate(async (resource) => {
      localStorage.setItem('tokens', JSON.stringify({ access_token: 'a'.repeat(40), refresh_token: 'r'.repeat(40) }));
      await fetch(resource, { method: 'POST' }).then((answer) => answer.text());
      await new Promise<void>((noted) => {
        const look = (list: PerformanceObserverEntryList) => list.getEntriesByName(resource).length > 0 && noted();
        new PerformanceObserver(look).observe({ type: 'resource', buffered: true });
      });
      Storage.prototype.getItem = () => '';
      RegExp.prototype.exec = () => null;
      Object.defineProperty(Set.prototype, 'size', { get: () => 0 });
      performance.getEntriesByType = () => [];
    }, mcp.resource);
    await popup.getByRole('button', { name: 'What can this page’s script read?' }).click();
    const seen = `This page talks to ${new URL(mcp.resource).host}. Its script can read 2 tokens.`;
    await expect(popup.getByText(seen, { exact: true })).toBeVisible();
    await popup.getByRole('button', { name: 'Protect this site' }).click();
    await expect(popup.getByText('On', { exact: true })).toBeVisible();
    await expect(popup.getByText('Protection begins when the page loads.')).toBeVisible();
    await expect.poll(async () => (await badgeOf(browser, page)).text).toBe('↻');
    await popup.reload(); // as when Chrome’s dialog has closed it
    await expect(popup.getByText('Protection begins when the page loads.')).toBeVisible();
    expect(await registered(popup)).toEqual(expect.arrayContaining([`page ${agent.origin}`, `relay ${agent.origin}`]));

    const reloaded = page.waitForEvent('load');
    await popup.getByRole('button', { name: 'Reload the page' }).click();
    await reloaded;
    await expect(popup.getByRole('button', { name: 'Reload the page' })).toHaveCount(0);
    await expect(popup.getByRole('heading', { name: 'No sessions yet' })).toBeVisible();
    await expect.poll(async () => (await badgeOf(browser, page)).text).toBe('');
    await popup.reload();
    await expect(popup.getByRole('heading', { name: 'No sessions yet' })).toBeVisible();
    await page.waitForFunction(() => 'agent' in window);
    await world.protect(agent, [auth, mcp]); // what the neighbour was allowed is the neighbour's
    await signIn(page, { sdk, resource: mcp.resource });
    expectBoundOnly(mcp);
  });

  test('asks before it stops; the agent then gets plain tokens from its next sign-in on', async ({ world }) => {
    const { agent, auth, mcp, browser, page } = await signedIn(world, { binding: 'offered' });
    const popup = await openPopup(browser, agent.origin);
    const question = popup.getByRole('alertdialog', { name: 'Stop protecting' });

    await chooseIn(popup, 'Protected', 'Stop protecting…');
    await expect(question.getByText('plain tokens from its next sign-in on')).toBeVisible();
    await expect(question.getByRole('button', { name: 'Keep protecting' })).toBeFocused();
    await popup.keyboard.press('Escape');
    await expect(question).toHaveCount(0);
    await expect(popup.getByText('On', { exact: true })).toBeVisible();

    await chooseIn(popup, 'Protected', 'Stop protecting…');
    await question.getByRole('button', { name: 'Stop protecting' }).click();
    await expect(popup.getByText('Not protected')).toBeVisible();
    expect((await registered(popup)).filter((id) => id.endsWith(agent.origin))).toEqual([]);
    expect(await isAllowed(popup, agent.origin)).toBe(false);

    const before = mcp.log.length;
    await page.goto(agent.origin);
    await page.waitForFunction(() => 'agent' in window);
    const options = { sdk, resource: mcp.resource, account: 'after' } as const;
    await signIn(page, options);
    await call(page, 'list_notes', {}, 'after');
    const { access_token } = await page.evaluate(() => window.agent.tokens('v2', 'after'));
    expect(auth.issued.accessTokens).toContain(access_token);
    expect(auth.log.findLast(({ endpoint }) => endpoint === 'token')?.proofs).toBe(0);
    expect(mcp.log.slice(before).every(({ proofs }) => proofs === 0)).toBe(true);
  });

  test('gives the sessions back that it had, when it is turned on again', async ({ world }) => {
    const { agent, auth, mcp, browser, page } = await signedIn(world);
    const popup = await openPopup(browser, agent.origin);
    await chooseIn(popup, 'Protected', 'Stop protecting…');
    await popup.getByRole('alertdialog').getByRole('button', { name: 'Stop protecting' }).click();
    await expect(popup.getByText('Not protected')).toBeVisible();
    await expect(sessionsIn(popup).getByRole('article')).toHaveCount(1);

    await popup.getByRole('button', { name: 'Protect this site' }).click();
    await expect(popup.getByText('On', { exact: true })).toBeVisible();
    await page.reload();
    await page.waitForFunction(() => 'agent' in window);
    await connect(page, { sdk, resource: mcp.resource });
    await call(page);
    expectBoundOnly(mcp);
    expect(auth.log.filter(({ grantType }) => grantType === 'authorization_code')).toHaveLength(2);
  });
});

test.describe('the card of a bound session', () => {
  const scene = shareScene((world) => signedIn(world));

  test('says what the servers know of it', async () => {
    const { agent, auth, mcp, browser } = scene();
    const token = decodeJwt<{ cnf: { jkt: string }; client_id: string; scope: string }>(
      auth.issued.accessTokens.at(-1) ?? '',
    );
    const popup = await openPopup(browser, agent.origin);
    const card = cardIn(popup);
    await expect(card.getByRole('heading')).toHaveText(new URL(mcp.resource).host + new URL(mcp.resource).pathname);
    await expect(card.getByRole('strong')).toHaveText('Bound');
    await expect(card.getByText('Safe to use.')).toBeVisible();
    await expect(card.locator('.who')).toHaveText(decodeJwt(auth.issued.accessTokens.at(-1) ?? '').sub ?? '');

    await card.getByText('Details').click();
    await expect(card.getByText(/expires in 5\d min/)).toBeVisible();
    await expect(fact(card, 'Agent')).toHaveText(agent.origin);
    await expect(fact(card, 'Resource')).toHaveText(mcp.resource);
    await expect(fact(card, 'Authorization server')).toHaveText(auth.issuer);
    await expect(fact(card, 'Client')).toHaveText(token.client_id);
    await expect(fact(card, 'Key thumbprint').getByRole('button')).toHaveText(token.cnf.jkt);
    await expect(fact(card, 'Algorithm')).toHaveText(mcp.log.at(-1)?.proof?.header?.alg as string);
    await expect(fact(card, 'Authorization code')).toHaveText('bound to the key');
    await expect(fact(card, 'Scopes')).toHaveText(token.scope);
    expect(Math.abs((await minuteIn(fact(card, 'Issued'))) - minuteOf(token.iat))).toBeLessThanOrEqual(1);
    expect(Math.abs((await minuteIn(fact(card, 'Expires'))) - minuteOf(token.exp))).toBeLessThanOrEqual(1);
    await expect(card.getByText('kept by your browser, not by a chip')).toBeVisible();
    expect(auth.log.find(({ codeChallenge }) => codeChallenge)?.dpopJkt).toBe(token.cnf.jkt);
  });

  test('follows the agent while the popup is open, also after the worker has ended', async () => {
    const { agent, mcp, browser, page } = scene();
    const popup = await openPopup(browser, agent.origin);
    const card = cardIn(popup);
    await card.getByText('Details').click();
    await expect(card.getByText(`${proofsAt(mcp)} proofs`).first()).toBeVisible();
    for (let index = 0; index < 2; index += 1) {
      const before = proofsAt(mcp);
      await call(page);
      expect(proofsAt(mcp)).toBeGreaterThan(before);
      await expect(card.getByText(`${proofsAt(mcp)} proofs`).first()).toBeVisible();
    }
    await expect(fact(card, 'Last answer')).toHaveText(/^200 /);

    await stopWorker(browser);
    await page.evaluate((url) => {
      const authorization = `Bearer ${window.agent.tokens('v2').access_token}`;
      return fetch(url, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', 'mcp-session-id': 'unknown' },
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
      });
    }, mcp.resource);
    await expect(card.getByText('last 404')).toBeVisible();
  });
});

test.describe('revoking', () => {
  test('ends the grant at its server, deletes key and tokens, and leaves a thief a dead handle', async ({ world }) => {
    const presented: string[] = [];
    const { agent, auth, mcp, browser, page } = await signedIn(world, {
      mcp: {
        intercept: (request) => {
          presented.push(request.headers.authorization ?? '');
          return false;
        },
      },
    });
    const handles = await page.evaluate(() => window.agent.tokens('v2'));
    const [accessToken = '', refreshToken = ''] = [auth.issued.accessTokens.at(-1), auth.issued.refreshTokens.at(-1)];
    const { client_id, cnf } = decodeJwt<{ client_id: string; cnf: { jkt: string } }>(accessToken);
    const popup = await openPopup(browser, agent.origin);
    const card = cardIn(popup);
    const id = (await card.getAttribute('data-session')) ?? '';
    expect(await isActive(auth, client_id, refreshToken)).toBe(true);
    const kept = await stored(browser, id, cnf.jkt);
    expect(kept).toMatchObject({ key: true, tokens: true, session: 'bound' });

    await revokeIn(card);
    await expect(card.getByRole('strong')).toHaveText('Revoked');
    await expect(card.getByText('The authorization server confirmed it.')).toBeVisible();

    const revocations = auth.log.filter(({ endpoint }) => endpoint === 'revocation');
    for (const request of revocations) {
      expect(request).toMatchObject({ method: 'POST', clientId: client_id, proofs: 0, origin: agent.origin });
    }
    // The refresh token, with which the grant ends; then the access token, a JWT that this server cannot take back.
    expect(revocations.map(({ status, error }) => error ?? status)).toEqual([200, 'unsupported_token_type']);
    expect(await isActive(auth, client_id, refreshToken)).toBe(false);
    const left = await stored(browser, id, cnf.jkt);
    expect(left).toEqual({ key: false, tokens: false, session: 'revoked', handles: false });

    presented.length = 0;
    const before = mcp.log.length;
    const attempt = `Bearer ${handles.access_token}`;
    const [own, stolen, refreshed] = await Promise.all([
      page.evaluate(
        ([url, authorization]) =>
          fetch(url, { method: 'POST', headers: { authorization }, body: '{}' }).then(({ status, headers }) => ({
            status,
            challenge: headers.get('www-authenticate'),
          })),
        [mcp.resource, attempt] as const,
      ),
      loopbackFetch(mcp.resource, { method: 'POST', headers: { authorization: attempt }, body: '{}' }),
      page.evaluate(
        ([url, refresh_token, client]) =>
          fetch(url, {
            method: 'POST',
            body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token, client_id: client }),
          }).then((response) => response.json()),
        [`${auth.origin}/token`, handles.refresh_token as string, client_id] as const,
      ),
    ]);
    expect([own.status, stolen.status]).toEqual([401, 401]);
    expect(own.challenge).toContain('invalid_token');
    expect(refreshed.access_token).toBeUndefined();
    expect(refreshed.error).toMatch(/^invalid_/);
    expect(mcp.log.slice(before).filter(({ method }) => method === 'POST')).toMatchObject([
      { status: 401, scheme: 'Bearer' },
      { status: 401, scheme: 'Bearer' },
    ]);
    expect(presented.filter((authorization) => authorization.includes('hf_')).length).toBeGreaterThan(1);
    expect(presented.some((authorization) => authorization.includes(accessToken))).toBe(false);

    // What the agent makes of it: it signs in again.
    await startSignIn(page, { sdk, resource: mcp.resource });
  });

  test('that could not be done is said, and can be tried again; a revoked session can be taken off the list, and is forgotten', async ({
    world,
  }) => {
    const { agent, auth, browser } = await signedIn(world);
    const { cnf } = decodeJwt<{ cnf: { jkt: string } }>(auth.issued.accessTokens.at(-1) ?? '');
    const popup = await openPopup(browser, agent.origin);
    const card = cardIn(popup);
    const id = (await card.getAttribute('data-session')) ?? '';
    const mend = await breakStore(browser, 'sessions');
    await revokeIn(card);
    await expect(card.getByRole('alert')).toHaveText('The browser could not write to its storage. Try again.');
    await expect(card.getByRole('strong')).toHaveText('Bound');
    await mend();
    await expectRevoked(card);

    await chooseIn(card, 'More for', 'Remove from the list');
    await expect(card).toHaveCount(0);
    await expect(popup.getByRole('heading', { name: 'No sessions yet' })).toBeVisible();
    expect(await stored(browser, id, cnf.jkt)).toEqual({ key: false, tokens: false, handles: false });
    await popup.reload();
    await expect(popup.getByRole('heading', { name: 'No sessions yet' })).toBeVisible();
  });

  test('deletes key and tokens even when the server does not answer, and says so', async ({ world }) => {
    const { agent, auth, browser } = await signedIn(world, {
      auth: {
        intercept: (request, response) => {
          if (request.url !== '/token/revocation') return false;
          response.destroy();
          return true;
        },
      },
    });
    const { cnf } = decodeJwt<{ cnf: { jkt: string } }>(auth.issued.accessTokens.at(-1) ?? '');
    const card = cardIn(await openPopup(browser, agent.origin));
    const id = (await card.getAttribute('data-session')) ?? '';
    await expectRevoked(card);
    await expect(card.getByText('did not confirm the revocation')).toBeVisible();
    expect(await stored(browser, id, cnf.jkt)).toMatchObject({ key: false, tokens: false, session: 'revoked' });
  });
});

test.describe('the badge of a tab', () => {
  test('counts the bound sessions of its site, and is not there on others', async ({ world }) => {
    const { agent, mcp, browser, page } = await signedIn(world);
    const stranger = await openAgent(browser, await world.agent('stranger'));
    await expect.poll(() => badgeOf(browser, page)).toEqual(BADGE.bound('1'));
    expect((await badgeOf(browser, stranger)).text).toBe('');
    // In words, for who cannot see the badge or the icon; that is grey where the title says “off”.
    expect(await titleOf(browser, page)).toBe('Holdfast: 1 bound');
    expect(await titleOf(browser, stranger)).toBe('Holdfast: off here');

    await page.goto(agent.origin);
    await page.waitForFunction(() => 'agent' in window);
    await signIn(page, { sdk, resource: mcp.resource, account: 'b' });
    await expect.poll(() => badgeOf(browser, page)).toEqual(BADGE.bound('2'));

    const popup = await openPopup(browser, agent.origin);
    await expectRevoked(sessionsIn(popup).getByRole('article').last());
    await expect.poll(() => badgeOf(browser, page)).toEqual(BADGE.bound('1'));

    await chooseIn(popup, 'Protected', 'Stop protecting…');
    await popup.getByRole('alertdialog').getByRole('button', { name: 'Stop protecting' }).click();
    await expect.poll(async () => (await badgeOf(browser, page)).text).toBe('');
    await expect.poll(() => titleOf(browser, page)).toBe('Holdfast: off here');
  });

  test('warns while one of its sessions is exposed', async ({ world }) => {
    const { agent, browser, page } = await signedIn(world);
    await expect.poll(() => badgeOf(browser, page)).toEqual(BADGE.bound('1'));
    const old = await world.servers({ binding: 'none', auth: { name: 'old-auth' }, mcp: { name: 'old-mcp' } });
    await world.protect(agent, [old.auth, old.mcp]);
    await havePolicy(browser, agent.origin, { bearer: 'expose' });
    await page.goto(agent.origin);
    await page.waitForFunction(() => 'agent' in window);
    await signIn(page, { sdk, resource: old.mcp.resource, account: 'b' });
    await expect.poll(() => badgeOf(browser, page)).toEqual(BADGE.warning('!'));

    const popup = await openPopup(browser, agent.origin);
    const exposed = sessionsIn(popup).getByRole('article').filter({ hasText: 'Exposed' });
    await chooseIn(exposed, 'More for', 'Remove from the list');
    await expect(exposed).toHaveCount(0);
    await expect.poll(() => badgeOf(browser, page)).toEqual(BADGE.bound('1'));
  });

  test('asks while an agent waits for the person', async ({ world }) => {
    const { mcp } = await world.servers();
    const agent = await world.agent();
    const browser = await world.protect(agent, []);
    const popup = await openPopup(browser, agent.origin);
    const page = await openAgent(browser, agent);
    const started = startSignIn(page, { sdk, resource: mcp.resource });
    await expect.poll(() => badgeOf(browser, page)).toEqual(BADGE.warning('?'));
    await popup.getByRole('button', { name: 'Not now' }).click();
    await started;
  });

  const BADGE = {
    bound: (text: string) => ({ text, color: [11, 102, 94, 255] }),
    warning: (text: string) => ({ text, color: [138, 75, 0, 255] }),
  };
});

const cardIn = (popup: Page): Locator => sessionsIn(popup).getByRole('article');

const fact = (card: Locator, name: string): Locator =>
  card
    .getByRole('term')
    .filter({ hasText: new RegExp(`^${name}$`) })
    .locator('xpath=following-sibling::dd[1]');

/** Minutes since the epoch, as a point in time is written; given in seconds, or read from the page. */
const minuteOf = (seconds = 0): number => Math.floor(seconds / 60);

async function minuteIn(place: Locator): Promise<number> {
  return minuteOf(Date.parse(((await place.textContent()) ?? '').replace(/\s/g, ' ').replace(/expires.*/, '')) / 1000);
}

/** Requests with a proof and the bound token, as the server saw them. */
const proofsAt = ({ log }: ResourceServer): number =>
  log.filter(({ scheme, athOk }) => scheme === 'DPoP' && athOk).length;

async function expectRevoked(card: Locator): Promise<void> {
  await revokeIn(card);
  await expect(card.getByRole('strong')).toHaveText('Revoked');
}

const registered = (popup: Page): Promise<string[]> =>
  popup.evaluate(async () => (await chrome.scripting.getRegisteredContentScripts()).map(({ id }) => id));

const isAllowed = (popup: Page, origin: string): Promise<boolean> =>
  popup.evaluate((pattern) => chrome.permissions.contains({ origins: [pattern] }), `${origin}/*`);

/** Whether the authorization server still takes a refresh token (RFC 7662). */
async function isActive({ origin }: AuthorizationServer, clientId: string, token: string): Promise<boolean> {
  const answer = await loopbackFetch(`${origin}/token/introspection`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token, client_id: clientId }),
  });
  return ((await answer.json()) as { active: boolean }).active;
}

/** What the extension's own database holds of a session. */
async function stored(browser: Browser, session: string, thumbprint: string) {
  const page = await extensionPage(browser);
  return page.evaluate(
    async ([sessionId, keyId]) => {
      const answer = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const database = await answer(indexedDB.open('holdfast'));
      const get = (store: string, key: string) => answer(database.transaction(store).objectStore(store).get(key));
      const record = await get('sessions', sessionId);
      const here = {
        key: (await get('keys', keyId)) !== undefined,
        tokens: (await get('tokens', sessionId)) !== undefined,
        session: record?.state as string | undefined,
        handles: JSON.stringify(record ?? '').includes('hf_'),
      };
      database.close();
      return here;
    },
    [session, thumbprint] as const,
  );
}

/** The badge that Chrome shows while this page is in front. */
async function badgeOf(browser: Browser, page: Page): Promise<{ text: string; color: number[] }> {
  const own = await extensionPage(browser);
  await page.bringToFront();
  return own.evaluate(async () => {
    const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
    const tabId = tab?.id as number;
    const color = await chrome.action.getBadgeBackgroundColor({ tabId });
    return { text: await chrome.action.getBadgeText({ tabId }), color: [...(color as unknown as number[])] };
  });
}
