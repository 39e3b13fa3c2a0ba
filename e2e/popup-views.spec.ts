import type { Locator, Page } from '@playwright/test';
import protect, { grantBeforehand } from '../src/demo/protect.mjs';
import { expectAccessible, expectZoomable } from './support/accessible.ts';
import { manySessions, seed, thumbprintOf } from './support/many.ts';
import { chooseIn, openMenu } from './support/menu.ts';
import { type Browser, expect, openPopup, sessionsIn, test, type World } from './support/world.ts';

const AGENT = 'http://agent.localhost:7999';
const OTHER = 'https://desk.example';
const RESOURCES = ['https://mcp.example/mcp', 'https://files.example/mcp', 'https://calendar.example/mcp'];
const EVERY_STATE = ['bound', 'exposed', 'expired', 'revoked', 'keyLost', 'refused', 'ownKey', 'damaged'];

/** A protected site with a session in each of these states; nobody had to sign in for them. */
async function seeded(world: World, states = EVERY_STATE, locale?: string): Promise<Browser> {
  const browser = await world.browser(locale ? { locale } : {});
  await protect(browser.context, { agent: AGENT });
  const own = manySessions(states.length, { agents: [AGENT], resources: RESOURCES, states });
  const cookies = [{ server: AGENT, registeredAt: Date.now(), algorithms: ['ES256'], path: '/register' }];
  await seed(browser, own, { cookieSessions: cookies });
  return browser;
}

const cardOf = (popup: Page, state: string): Locator =>
  sessionsIn(popup)
    .getByRole('article')
    .filter({ has: popup.getByRole('strong').filter({ hasText: state }) });

test('a bound session says at a glance who holds its token, what its server enforces and what it did', async ({
  world,
}) => {
  const browser = await seeded(world, ['bound', 'ownKey']);
  const popup = await openPopup(browser, AGENT);
  const card = cardOf(popup, 'Bound');
  await expect(card.getByText('In custody')).toBeVisible();
  await expect(card.getByText('Enforced 14/14')).toBeVisible();
  await expect(card.getByText(/^last 200, \d+ sec\. ago$/)).toBeVisible();
  await expect(card.getByRole('img', { name: /^\d+ proofs in the last 30 minutes$/ })).toBeVisible();
  await expect(cardOf(popup, 'Page’s own key').getByText('keeps a DPoP key of its own')).toBeVisible();
  const cookie = popup.getByRole('region', { name: 'Cookie sessions of this site' });
  await expect(cookie.getByText('Bound by the browser ES256')).toBeVisible();

  const opened = browser.context.waitForEvent('page');
  await chooseIn(card, 'More for', 'Run the enforcement drill');
  const id = await card.getAttribute('data-session');
  expect((await opened).url()).toBe(
    `chrome-extension://${browser.id}/src/ui/dashboard/index.html#/session/${id}/drill`,
  );
  const link = popup.getByRole('link', { name: 'Dashboard' });
  await expect(link).toHaveAttribute('href', '/src/ui/dashboard/index.html');
});

test('the time that is left is counted down, to the end of the session', async ({ world }) => {
  const browser = await seeded(world, ['exposed', 'bound']);
  const popup = await browser.context.newPage();
  await popup.clock.install({ time: Date.now() });
  await popup.goto(`chrome-extension://${browser.id}/src/ui/popup/index.html?site=${AGENT}`);
  const left = cardOf(popup, 'Bound').getByText(/^expires/);
  await expect(left).toHaveText(/^expires in (20|21) min\.$/);
  await popup.clock.fastForward('05:00');
  await expect(left).toHaveText(/^expires in (15|16) min\.$/);
  await popup.clock.fastForward('15:30');
  await expect(left).toHaveText(/^expires in [1-5]?\d sec\.$/);
  await popup.clock.fastForward('01:00');
  await expect(cardOf(popup, 'Bound').getByText('refreshes by itself')).toBeVisible();
  await expect(cardOf(popup, 'Expired')).toHaveCount(1); // the exposed one: nothing refreshes it
});

test('an exposed session gives one reason and one thing to do', async ({ world }) => {
  const browser = await seeded(world, ['exposed', 'exposed', 'exposed']);
  const popup = await openPopup(browser, AGENT);
  const advised = sessionsIn(popup).getByRole('article').filter({ hasText: 'does not offer DPoP' });
  const advice = advised.getByText('Ask the people who run auth.mcp.example to support DPoP');
  await expect(advice).toBeHidden();
  await advised.getByRole('button', { name: 'What can I do?' }).click();
  await expect(advice).toBeVisible();

  const declined = sessionsIn(popup).getByRole('article').filter({ hasText: 'has no access to the servers' });
  const origins = ['https://auth.calendar.example', 'https://calendar.example'];
  await grantBeforehand(browser.context, origins);
  await popup.bringToFront();
  await declined.getByRole('button', { name: 'Allow the servers' }).click();
  await expect(declined.getByRole('status').filter({ hasText: 'Allowed.' })).toBeVisible();
  const patterns = origins.map((origin) => `${origin}/*`);
  expect(await popup.evaluate((list) => chrome.permissions.contains({ origins: list }), patterns)).toBe(true);
});

test('the keyboard alone reaches and uses everything', async ({ world }) => {
  const browser = await seeded(world, ['bound', 'exposed']);
  const popup = await openPopup(browser, AGENT);
  await expect(cardOf(popup, 'Bound')).toBeVisible();
  const press = (key: string) => popup.keyboard.press(key);
  const item = (name: string) => popup.getByRole('menuitem', { name });

  await press('Tab');
  await expect(popup.getByRole('link', { name: 'Dashboard' })).toBeFocused();
  await press('Tab');
  const site = popup.getByRole('button', { name: /^Protected/ });
  await expect(site).toBeFocused();
  await expect(site).toHaveAttribute('aria-expanded', 'false');
  await press('ArrowDown');
  await expect(item('Site policy')).toBeFocused();
  await expect(site).toHaveAttribute('aria-expanded', 'true');
  await press('Escape');
  await expect(site).toBeFocused();
  await expect(popup.getByRole('menu')).toHaveCount(0);
  await press('Enter');
  await expect(item('Site policy')).toBeFocused();
  await press('Enter');
  await expect(popup.getByRole('heading', { name: 'Policy' })).toBeFocused();
  await press('Tab');
  await expect(popup.getByRole('button', { name: 'Close the policy' })).toBeFocused();
  await press('Escape');
  await expect(site).toBeFocused();

  const card = cardOf(popup, 'Bound');
  await press('Tab');
  await expect(card.getByRole('button', { name: /^Copy the thumbprint/ })).toBeFocused();
  await press('Tab');
  const details = card.getByRole('button', { name: 'Details' });
  await expect(details).toBeFocused();
  await press('Enter');
  await expect(details).toHaveAttribute('aria-expanded', 'true');
  await press('Tab');
  const more = card.getByRole('button', { name: 'More for mcp.example/mcp' });
  await expect(more).toBeFocused();
  await press('ArrowUp');
  await expect(item('Revoke…')).toBeFocused();
  await press('ArrowDown');
  await expect(item('Copy the thumbprint')).toBeFocused();
  await press('ArrowUp');
  await expect(item('Revoke…')).toBeFocused();
  await press('Home');
  await expect(item('Copy the thumbprint')).toBeFocused();
  await press('o');
  await expect(item('Open in the dashboard')).toBeFocused();
  await press('End');
  await expect(item('Revoke…')).toBeFocused();
  await press('Home');
  await press('Enter');
  await expect(card.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
  await expect(more).toBeFocused();

  await press('Tab');
  const what = card.getByRole('button', { name: 'What is this? Agent' });
  await expect(what).toBeFocused();
  await press('Enter');
  const meaning = popup.getByRole('note');
  await expect(meaning).toHaveText(/A web page that signs in to MCP servers/);
  await expect(what).toHaveAccessibleDescription(/A web page that signs in to MCP servers/);
  await press('Escape');
  await expect(meaning).toHaveCount(0);
  await expect(what).toBeFocused();

  await cardOf(popup, 'Exposed').getByRole('button', { name: 'What can I do?' }).focus();
  await press('Enter');
  await expect(popup.getByText('Ask the people who run')).toBeVisible();
});

test('every term of the details says what it is', async ({ world }) => {
  const browser = await seeded(world, ['bound']);
  const popup = await openPopup(browser, AGENT);
  const card = cardOf(popup, 'Bound');
  await card.getByText('Details').click();
  const buttons = await card.getByRole('button', { name: /^What is this\?/ }).all();
  expect(buttons.length).toBeGreaterThan(10);
  const meanings = new Set<string | null>();
  for (const button of buttons) {
    await button.click();
    const meaning = popup.getByRole('note');
    await expect(meaning).toHaveCount(1); // the one before has closed
    const box = await meaning.boundingBox();
    const { width, height } = popup.viewportSize() ?? { width: 0, height: 0 };
    expect([
      box && box.x >= 0 && box.x + box.width <= width,
      box && box.y >= 0 && box.y + box.height <= height,
    ]).toEqual([true, true]);
    meanings.add(await meaning.textContent());
  }
  expect(meanings.size).toBe(buttons.length);
});

test('the popup has no serious barrier in any of its states, in any colours, at any size', async ({ world }) => {
  test.slow();
  const browser = await seeded(world);
  const popup = await openPopup(browser, AGENT);
  await expect(sessionsIn(popup).getByRole('article').first()).toBeVisible();
  await popup.emulateMedia({ reducedMotion: 'no-preference' });
  const movement = () =>
    popup
      .getByText('Details')
      .first()
      .evaluate((button) => getComputedStyle(button).transitionDuration);
  expect(await movement()).not.toBe('0s');
  await popup.emulateMedia({ reducedMotion: 'reduce' });
  expect(await movement()).toBe('0s');

  const looks = ['light', 'dark', 'forced'] as const;
  const card = cardOf(popup, 'Bound');
  await card.getByText('Details').click();
  await cardOf(popup, 'Exposed').getByText('What can I do?').click();
  await chooseIn(popup, 'Protected', 'Site policy');
  await popup.mouse.wheel(0, 5_000);
  await expect(sessionsIn(popup).getByRole('article')).toHaveCount(EVERY_STATE.length);
  await expectAccessible(popup, looks);
  await expectZoomable(popup);
  await card.getByRole('button', { name: 'What is this? Scopes' }).click();
  await expectAccessible(popup, looks);
  await openMenu(card, 'More for');
  await expectAccessible(popup, looks);
  await popup.keyboard.press('Escape');
  await chooseIn(card, 'More for', 'Revoke…');
  await expectAccessible(popup, looks);
  await expectZoomable(popup);

  const elsewhere = await openPopup(browser, OTHER);
  await elsewhere.getByText('8 sessions on other sites').click();
  await expectAccessible(elsewhere, looks);
  await expectZoomable(elsewhere);

  const lock = await browser.context.newPage();
  await lock.goto(`chrome-extension://${browser.id}/src/ui/lock/index.html`);
  await expectAccessible(lock, looks);
  await expectZoomable(lock);
});

test('in Japanese, no English is left over', async ({ world }) => {
  const browser = await seeded(world, EVERY_STATE, 'ja');
  const popup = await openPopup(browser, AGENT);
  for (const details of await popup.getByText('詳細').all()) await details.click();
  await popup.getByText('どうすればよい？').first().click();
  expect(await english(popup)).toEqual([]);
  await popup
    .getByRole('button', { name: /^mcp.example\/mcp の操作/ })
    .first()
    .click();
  await expect(popup.getByRole('menuitem', { name: 'ダッシュボードで開く' })).toBeVisible();
  expect(await english(popup)).toEqual([]);

  const elsewhere = await openPopup(browser, OTHER);
  await expect(elsewhere.getByText('ほかのサイトのセッション 8 件')).toBeVisible();
  expect(await english(elsewhere)).toEqual([]);
  for (const page of ['welcome', 'lock']) {
    const view = await browser.context.newPage();
    await view.goto(`chrome-extension://${browser.id}/src/ui/${page}/index.html`);
    await view.getByRole('heading', { level: 1 }).waitFor();
    for (const summary of await view.locator('summary').all()) await summary.click();
    expect(await english(view)).toEqual([]);
  }

  // Chrome has been seen to give a page no catalogue.
  const speechless = await browser.context.newPage();
  await speechless.addInitScript(() => {
    chrome.i18n.getMessage = () => '';
  });
  await speechless.goto(`chrome-extension://${browser.id}/src/ui/popup/index.html?site=${encodeURIComponent(OTHER)}`);
  await expect(speechless.getByText('ほかのサイトのセッション 8 件')).toBeVisible();
  expect(await english(speechless)).toEqual([]);
});

/** Words in Latin letters that are neither names nor what servers said. */
async function english(view: Page): Promise<string[]> {
  const texts = await view.evaluate(() => {
    const named = [...document.querySelectorAll('[aria-label], [placeholder]')].flatMap((element) => [
      element.getAttribute('aria-label') ?? '',
      element.getAttribute('placeholder') ?? '',
    ]);
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) named.push(texts.currentNode.textContent ?? '');
    return named;
  });
  const names =
    /\b(?:Holdfast|DPoP|MCP|Web|Cookie|ID|RFC|PRF|DBSC|ES256|ES384|ES512|PS256|RS256|Ed25519|EdDSA|jkt|insufficient_scope)\b/g;
  const told =
    /https?:\/\/\S+|[\w.-]+\.(?:example|localhost)\S*|\b\w+:(?:read|write)\b|client-\d|[\w-]{20,}|[\w-]{6}…[\w-]{6}/g;
  return texts
    .map((text) => text.replace(told, '').replace(thumbprintOf(0), '').replace(names, ''))
    .flatMap((text) => text.match(/[A-Za-z]{2,}[A-Za-z ]*/g) ?? []);
}
