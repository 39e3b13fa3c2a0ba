import type { Locator, Page } from '@playwright/test';
import { expectAccessible, expectZoomable } from './support/accessible.ts';
import { fact, tabTo } from './support/dashboard.ts';
import { manySessions, thumbprintOf } from './support/many.ts';
import { chooseIn, openMenu } from './support/menu.ts';
import { sceneOf } from './support/scene.ts';
import { called, change, expect, type Scene, said, tell, test } from './support/views.ts';
import { sessionsIn } from './support/world.ts';

const AGENT = 'http://agent.localhost:7999';
const OTHERS = ['https://desk.example', 'https://folio.example'];
const OTHER = 'https://desk.example';
const RESOURCES = ['https://mcp.example/mcp', 'https://files.example/mcp', 'https://calendar.example/mcp'];
const EVERY_STATE = ['bound', 'exposed', 'expired', 'revoked', 'keyLost', 'refused', 'ownKey', 'damaged'];

const PROTECTED: Scene = { sites: [AGENT], policies: { [AGENT]: { policy: {}, managed: [] } } };

/** A protected site with a session in each of these states. */
function sceneWith(states = EVERY_STATE): ReturnType<typeof sceneOf> {
  const own = manySessions(states.length, { agents: [AGENT], resources: RESOURCES, states });
  const cookies = [{ server: AGENT, registeredAt: Date.now(), algorithms: ['ES256'], path: '/register' }];
  return { ...PROTECTED, ...sceneOf(own, { cookieSessions: cookies }) };
}

const cardOf = (popup: Page, state: string): Locator =>
  sessionsIn(popup)
    .getByRole('article')
    .filter({ has: popup.getByRole('strong').filter({ hasText: state }) });

test.describe('a newcomer', () => {
  test('reads the three steps, and what protecting the site does', async ({ views }) => {
    const popup = await views.popup({}, AGENT);
    await expect(popup.getByRole('heading', { level: 1, name: 'Holdfast' })).toBeVisible();
    const site = popup.getByRole('region', { name: new URL(AGENT).host });
    await expect(site.getByText('Not protected')).toBeVisible();
    await expect(site.getByText('A stolen token is then worthless anywhere else.')).toBeVisible();
    await expect(site.getByText('its own script can still use its session')).toBeVisible();
    await expect(popup.getByRole('heading', { name: 'Three steps to a bound session' })).toBeVisible();
    await expect(popup.getByRole('listitem')).toHaveCount(3);
    await expect(popup.getByRole('article')).toHaveCount(0);
    expect(await said(popup)).toEqual([]);

    await tabTo(popup, site.getByRole('button', { name: 'Protect this site' }));
    await popup.keyboard.press('Enter');
    // Once before Chrome's dialog, which may close the popup, and once when it has said yes.
    const protect = { kind: 'protect', origin: AGENT };
    await expect.poll(() => said(popup)).toEqual([protect, protect]);
    expect(await called(popup)).toEqual([{ name: 'permissions.request', given: { origins: [`${AGENT}/*`] } }]);
  });

  test('is told where there is nothing to protect', async ({ views }) => {
    for (const url of ['chrome://extensions', 'http://agent.example', 'file:///etc/hosts', undefined]) {
      const popup = await views.popup(url ? { tab: { id: 1, url } } : {});
      await expect(popup.getByText('This page is no web agent.'), url).toBeVisible();
      await expect(popup.getByRole('button')).toHaveCount(0);
      await expect(popup.getByRole('heading', { name: 'Three steps to a bound session' })).toBeVisible();
    }
  });
});

test('a bound session says at a glance who holds its token, what its server enforces and what it did', async ({
  views,
}) => {
  const popup = await views.popup(sceneWith(['bound', 'ownKey']), AGENT);
  const card = cardOf(popup, 'Bound');
  await expect(card.getByText('In custody')).toBeVisible();
  await expect(card.getByText('Enforced 14/14')).toBeVisible();
  await expect(card.getByText(/^last 200, \d+ sec\. ago$/)).toBeVisible();
  await expect(card.getByRole('img', { name: /^\d+ proofs in the last 30 minutes$/ })).toBeVisible();
  await expect(cardOf(popup, 'Page’s own key').getByText('keeps a DPoP key of its own')).toBeVisible();
  const cookie = popup.getByRole('region', { name: 'Cookie sessions of this site' });
  await expect(cookie.getByText('Bound by the browser ES256')).toBeVisible();

  const opened = views.context.waitForEvent('page');
  await chooseIn(card, 'More for', 'Run the enforcement drill');
  const id = await card.getAttribute('data-session');
  expect((await opened).url()).toBe(`${views.origin}/src/ui/dashboard/index.html#/session/${id}/drill`);
  const link = popup.getByRole('link', { name: 'Dashboard' });
  await expect(link).toHaveAttribute('href', '/src/ui/dashboard/index.html');
});

test('the time that is left is counted down, to the end of the session', async ({ context, views }) => {
  await context.clock.install({ time: Date.now() });
  const popup = await views.popup(sceneWith(['exposed', 'bound']), AGENT);
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

test('an exposed session gives one reason and one thing to do', async ({ views }) => {
  const popup = await views.popup(sceneWith(['exposed', 'exposed', 'exposed']), AGENT);
  const advised = sessionsIn(popup).getByRole('article').filter({ hasText: 'does not offer DPoP' });
  const advice = advised.getByText('Ask the people who run auth.mcp.example to support DPoP');
  await expect(advice).toBeHidden();
  await advised.getByRole('button', { name: 'What can I do?' }).click();
  await expect(advice).toBeVisible();

  const declined = sessionsIn(popup).getByRole('article').filter({ hasText: 'has no access to the servers' });
  await declined.getByRole('button', { name: 'Allow the servers' }).click();
  await expect(declined.getByRole('status').filter({ hasText: 'Allowed.' })).toBeVisible();
  const origins = ['https://auth.calendar.example/*', 'https://calendar.example/*'];
  expect(await called(popup)).toEqual([{ name: 'permissions.request', given: { origins } }]);
  const servers = origins.map((pattern) => pattern.slice(0, -2));
  expect(await said(popup)).toEqual([{ kind: 'allow', agent: AGENT, servers }]);
});

test('the thumbprint is short, in full on demand, and copied with one click', { tag: '@waits' }, async ({
  context,
  views,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const popup = await views.popup(sceneWith(['bound']), AGENT);
  const card = cardOf(popup, 'Bound');
  const thumbprint = thumbprintOf(0);
  const buttons = card.getByRole('button', { name: `Copy the thumbprint ${thumbprint}` });
  await expect(buttons).toHaveText([`${thumbprint.slice(0, 6)}…${thumbprint.slice(-6)}`]);
  await card.getByText('Details').click();
  await expect(buttons.last()).toHaveText(thumbprint);
  for (const button of await buttons.all()) {
    await popup.evaluate(() => navigator.clipboard.writeText(''));
    await button.click();
    await expect(card.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
    expect(await popup.evaluate(() => navigator.clipboard.readText())).toBe(thumbprint);
    await expect(card.getByRole('status').filter({ hasText: 'Copied' })).toHaveCount(0);
  }
});

test('a session changes on the screen as the background tells it, and the popup asks for nothing', async ({
  views,
}) => {
  const scene = sceneWith(['bound']);
  const popup = await views.popup(scene, AGENT);
  const card = cardOf(popup, 'Bound');
  await card.getByText('Details').click();
  await expect(fact(card, 'Proofs sent')).toHaveText('40 proofs');
  const [session] = scene.sessions;
  if (session?.state !== 'bound') throw new Error('the scene has no bound session');
  await change(popup, { ...session, proofs: 1_041, last: { at: Date.now(), status: 404 } });
  await expect(fact(card, 'Proofs sent')).toHaveText('1,041 proofs');
  await expect(card.getByText('last 404')).toBeVisible();
  await change(popup, { ...session, retiring: true });
  await expect(card).toContainText('The key is retired');
  expect(await said(popup)).toEqual([]);
});

test('revoking asks first: the safe answer has the focus, and Escape gives it', async ({ views }) => {
  const popup = await views.popup({ ...sceneWith(['bound']), isBusy: true }, AGENT);
  const card = cardOf(popup, 'Bound');
  const question = card.getByRole('alertdialog', { name: 'Revoke this session?' });
  const more = card.getByRole('button', { name: /^More for/ });
  for (const keep of ['Escape', 'Enter']) {
    await chooseIn(card, 'More for', 'Revoke…');
    await expect(question.getByText('This cannot be undone')).toBeVisible();
    await expect(question.getByRole('button', { name: 'Keep it' })).toBeFocused();
    await popup.keyboard.press(keep);
    await expect(question).toHaveCount(0);
    await expect(more).toBeFocused();
  }
  expect(await said(popup)).toEqual([]);

  await chooseIn(card, 'More for', 'Revoke…');
  await expect(question.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await popup.keyboard.press('Shift+Tab');
  await expect(question.getByRole('button', { name: 'Revoke the session' })).toBeFocused();
  await popup.keyboard.press('Enter');
  await expect(card.getByRole('status').filter({ hasText: 'Revoking' })).toBeVisible();
  expect(await said(popup)).toEqual([{ kind: 'revoke', session: await card.getAttribute('data-session') }]);
});

test('the lock is a window of its own, to be turned on, and to be unlocked', async ({ views }) => {
  const popup = await views.popup(sceneWith(['bound']), AGENT);
  const opened = (hash: string) => ({
    name: 'windows.create',
    given: { type: 'popup', url: `/src/ui/lock/index.html${hash}`, width: 440, height: 600 },
  });
  await popup.getByRole('button', { name: 'Lock with a passkey' }).click();
  await expect.poll(() => called(popup)).toEqual([opened('')]);

  const lock = { passkey: { credentialId: 'id', salt: 'salt' }, idleMinutes: 15, waiting: [] } as const;
  await tell(popup, { kind: 'lock', lock: { ...lock, state: 'unlocked' } });
  await popup.getByRole('button', { name: 'Lock now' }).click();
  expect(await said(popup)).toEqual([{ kind: 'lock' }]);

  await tell(popup, { kind: 'lock', lock: { ...lock, state: 'locked', waiting: [AGENT] } });
  await expect(popup.getByRole('heading', { name: 'Holdfast is locked' })).toBeVisible();
  await expect(popup.getByText(`Requests of ${new URL(AGENT).host} wait for you`)).toBeVisible();
  await expect(sessionsIn(popup).getByText('Locked', { exact: true })).toBeVisible();
  await popup.getByRole('button', { name: 'Unlock' }).click();
  await expect.poll(() => called(popup)).toEqual([opened(''), opened('#unlock')]);
  await popup.getByRole('button', { name: 'Not now' }).click();
  expect(await said(popup)).toEqual([{ kind: 'lock' }, { kind: 'stayLocked', agent: AGENT }]);
});

test.describe('many sessions', () => {
  const agents = [AGENT];

  test('one needs no search, and none of another site shows', async ({ views }) => {
    const popup = await views.popup(sceneOf(manySessions(1, { agents })), AGENT);
    await expect(sessionsIn(popup).getByRole('article')).toHaveCount(1);
    await expect(popup.getByRole('searchbox')).toHaveCount(0);
    await expect(popup.getByText(/on other sites/)).toHaveCount(0);
  });

  test('fifty are drawn as far as one scrolls, and found by agent, server, scope and thumbprint', async ({ views }) => {
    const popup = await views.popup(sceneOf(manySessions(50, { agents, states: ['bound'] })), AGENT);
    const cards = sessionsIn(popup).getByRole('article');
    await expect(cards.first()).toBeVisible();
    expect(await cards.count()).toBeLessThan(30);
    const scrolled = async () => {
      await popup.mouse.wheel(0, 3_000);
      return cards.count();
    };
    await expect.poll(scrolled).toBe(50);
    await expect(popup.getByRole('button', { name: /^Show/ })).toHaveCount(0);

    const search = popup.getByRole('searchbox', { name: 'Search sessions' });
    const result = popup.getByRole('search').getByRole('status');
    for (const [wanted, count] of [
      ['calendar.example', 8],
      ['CALENDAR:write calendar.example', 4],
      [thumbprintOf(30).slice(3, 20), 1],
    ] as const) {
      await search.fill(wanted);
      await expect(cards).toHaveCount(count);
      await expect(result).toHaveText(count === 1 ? '1 session found' : `${count} sessions found`);
    }
    await search.fill('no such session');
    await expect(result).toHaveText('No session matches.');
    await expect(cards).toHaveCount(0);
    await search.press('Escape');
    await expect(search).toHaveValue('');
    await expect(cards.first()).toBeVisible();
  });

  test('those of other sites are searched where they are', async ({ views }) => {
    const others = manySessions(40, { agents: OTHERS });
    const [, ...sessions] = others.sessions ?? [];
    const popup = await views.popup(sceneOf({ ...others, sessions }, manySessions(1, { agents })), AGENT);
    await expect(popup.getByText('39 sessions on other sites')).toBeVisible();
    await expect(popup.getByRole('searchbox')).toHaveCount(0); // closed: there for nobody
    await popup.getByText('39 sessions on other sites').click();
    await popup.getByRole('searchbox').fill('desk.example');
    const elsewhere = popup.getByRole('group').filter({ hasText: 'on other sites' });
    await expect(elsewhere.getByText('desk.example', { exact: true }).first()).toBeVisible();
    await expect(elsewhere.getByText('folio.example', { exact: true })).toHaveCount(0);
  });

  test('each of another site has its agent’s name', async ({ views }) => {
    const scene = sceneOf(manySessions(2, { agents: [AGENT, OTHER], resources: RESOURCES }));
    const popup = await views.popup(scene, AGENT);
    await expect(popup.getByRole('article')).toHaveCount(1);
    await popup.getByText('1 session on other sites').click();
    const card = popup.getByRole('group').filter({ hasText: 'on other sites' }).getByRole('article');
    await expect(card.getByText('desk.example', { exact: true })).toBeVisible();
    await expect(card.getByRole('heading')).toHaveText('mcp.example/mcp');
    const nowhere = await views.popup(scene, 'http://nobody.localhost');
    await expect(nowhere.getByText('2 sessions on other sites')).toBeVisible();
  });

  test('all of a thousand are there a moment later', async ({ views }) => {
    const popup = await views.popup(sceneOf(manySessions(1_000, { agents: [AGENT, ...OTHERS] })), AGENT);
    await expect(popup.getByText('666 sessions on other sites')).toBeVisible();
    await popup.getByRole('searchbox').fill(thumbprintOf(999));
    await expect(popup.getByRole('article')).toHaveCount(1);
  });
});

test('the keyboard alone reaches and uses everything', async ({ views }) => {
  const popup = await views.popup(sceneWith(['bound', 'exposed']), AGENT);
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

test('every term of the details says what it is', async ({ views }) => {
  const popup = await views.popup(sceneWith(['bound']), AGENT);
  const card = cardOf(popup, 'Bound');
  await card.getByText('Details').click();
  const buttons = await card.getByRole('button', { name: /^What is this\?/ }).all();
  expect(buttons.length).toBeGreaterThan(10);
  const meanings = new Set<string | null>();
  for (const button of buttons) {
    await button.click();
    await expect(button).toHaveAccessibleDescription(/\S/);
    const meaning = popup.getByRole('note');
    await expect(meaning).toHaveCount(1);
    const box = await meaning.boundingBox();
    const { width, height } = popup.viewportSize() ?? { width: 0, height: 0 };
    expect([
      box && box.x >= 0 && box.x + box.width <= width,
      box && box.y >= 0 && box.y + box.height <= height,
    ]).toEqual([true, true]);
    meanings.add(await meaning.textContent());
    await popup.keyboard.press('Escape'); // it may lie over the next button
    await expect(meaning).toHaveCount(0);
  }
  expect(meanings.size).toBe(buttons.length);
});

test('the popup has no serious barrier in any of its states, in any colours, at any size', async ({ views }) => {
  test.slow();
  const scene = sceneWith();
  const popup = await views.popup(scene, AGENT);
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
  await expectAccessible(popup, looks, '[popover]:popover-open');
  await openMenu(card, 'More for');
  await expectAccessible(popup, looks, '[role=menu]:popover-open');
  await popup.keyboard.press('Escape');
  await chooseIn(card, 'More for', 'Revoke…');
  await expectAccessible(popup, looks, '[role=alertdialog]');
  await expectZoomable(popup);

  const elsewhere = await views.popup(scene, OTHER);
  await elsewhere.getByText('8 sessions on other sites').click();
  await expectAccessible(elsewhere, ['light']);
  await expectZoomable(elsewhere);

  for (const [empty, site] of [
    [{}, undefined],
    [{}, AGENT],
    [PROTECTED, AGENT],
  ] as const) {
    await expectAccessible(await views.popup(empty, site));
  }

  const lock = await views.lock(scene);
  await expectAccessible(lock, looks);
  await expectZoomable(lock);
});

test.describe('in Japanese', () => {
  test.use({ locale: 'ja' });

  test('no English is left over', async ({ views }) => {
    const scene = sceneWith();
    const popup = await views.popup(scene, AGENT);
    for (const details of await popup.getByText('詳細').all()) await details.click();
    await popup.getByText('どうすればよい？').first().click();
    expect(await english(popup)).toEqual([]);
    await popup
      .getByRole('button', { name: /^mcp.example\/mcp の操作/ })
      .first()
      .click();
    await expect(popup.getByRole('menuitem', { name: 'ダッシュボードで開く' })).toBeVisible();
    expect(await english(popup)).toEqual([]);

    const elsewhere = await views.popup(scene, OTHER);
    await expect(elsewhere.getByText('ほかのサイトのセッション 8 件')).toBeVisible();
    expect(await english(elsewhere)).toEqual([]);
    for (const view of [await views.welcome(), await views.lock(scene)]) {
      await view.getByRole('heading', { level: 1 }).waitFor();
      for (const summary of await view.locator('summary').all()) await summary.click();
      expect(await english(view)).toEqual([]);
    }

    // Chrome has been seen to give a page no catalogue.
    const speechless = await views.popup({ ...scene, messages: {} }, OTHER);
    await expect(speechless.getByText('ほかのサイトのセッション 8 件')).toBeVisible();
    expect(await english(speechless)).toEqual([]);
  });
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
