import type { Locator, Page } from '@playwright/test';
import type { BoundView, SessionView } from '../src/messages/ui.ts';
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
const EVERY_STATE = [
  'bound',
  'exposed',
  'expired',
  'revoked',
  'keyLost',
  'refused',
  'ownKey',
  'damaged',
  'held',
  'given',
];

const PROTECTED: Scene = { sites: [AGENT], policies: { [AGENT]: { policy: {}, managed: [] } } };

/** A protected site with a session in each of these states. */
function sceneWith(states = EVERY_STATE): ReturnType<typeof sceneOf> {
  const own = manySessions(states.length, { agents: [AGENT], resources: RESOURCES, states });
  const cookies = [{ server: AGENT, registeredAt: Date.now(), algorithms: ['ES256'], path: '/register' }];
  return { ...PROTECTED, ...sceneOf(own, { cookieSessions: cookies }) };
}

/** A question that an agent waits for. */
const askOf = (agent: string) => ({
  ...{ id: 'question', agent, origins: ['https://auth.example', 'https://mcp.example'] },
  until: Date.now() + 45_000,
});

const cardOf = (popup: Page, state: string): Locator =>
  sessionsIn(popup)
    .getByRole('article')
    .filter({ has: popup.getByRole('strong').filter({ hasText: state }) });

test('what a page or a server chose turns nothing, fills nothing, and takes nothing else with it', async ({
  views,
}) => {
  const scene = sceneWith(['bound', 'bound', 'bound']);
  const scopes = Array.from({ length: 8_000 }, (_, number) => `s${number}`);
  const odd = [{ scopes }, { clientId: 'client\u202egpj.exe', account: 'ada\u202eecarg' }, { resource: 'no address' }];
  const sessions = scene.sessions.map((session, index) => ({ ...session, ...odd[index] }) as typeof session);
  const popup = await views.popup({ ...scene, sessions }, AGENT);

  await expect(popup.getByRole('alert')).toContainText('This part cannot be shown.');
  await expect(popup.getByRole('article')).toHaveCount(2);
  const failed = { kind: 'failed', name: 'TypeError', places: expect.any(Array) };
  await expect.poll(() => said(popup)).toContainEqual(failed);

  for (const details of await popup.getByRole('button', { name: 'Details' }).all()) await details.click();
  const long = popup.getByRole('article').filter({ hasText: '7,900 more' });
  await expect(fact(long, 'Scopes')).toContainText('s98 s99 7,900 more');
  const turned = popup.getByRole('article').filter({ hasNotText: 'more' });
  await expect(fact(turned, 'Client')).toHaveText('client\ufffdgpj.exe');
  await expect(fact(turned, 'Account')).toHaveText('ada\ufffdecarg (says auth.files.example)');
  await expect(turned).toHaveAccessibleName(
    '\u2068files.example/mcp\u2069, \u2068Bound\u2069, \u2068ada\ufffdecarg\u2069',
  );
});

test.describe('a newcomer', () => {
  test('reads the three steps, and what protecting the site does', async ({ views }) => {
    const popup = await views.popup({}, AGENT);
    await expect(popup.getByRole('heading', { level: 1, name: 'Holdfast' })).toBeVisible();
    const site = popup.getByRole('region', { name: new URL(AGENT).host });
    await expect(site.getByText('Not protected')).toBeVisible();
    await expect(site.getByText('a stolen copy is then worthless')).toBeVisible();
    await expect(site.getByText('its own script can still use its session')).toBeVisible();
    await expect(popup.getByRole('heading', { name: 'Three steps to a bound session' })).toBeVisible();
    await expect(popup.getByRole('listitem')).toHaveCount(3);
    await expect(popup.getByRole('article')).toHaveCount(0);
    await expect.poll(() => said(popup)).toEqual([]);

    await tabTo(popup, site.getByRole('button', { name: 'Protect this site' }));
    await popup.keyboard.press('Enter');
    // Once before Chrome's dialog, which may close the popup, and once when it has said yes.
    const protect = { kind: 'protect', origin: AGENT };
    await expect.poll(() => said(popup)).toEqual([protect, protect]);
    expect(await called(popup)).toEqual([{ name: 'permissions.request', given: { origins: [`${AGENT}/*`] } }]);
  });

  test('who says no to Chrome is told so, also when the popup opens again', async ({ views }) => {
    const popup = await views.popup({}, AGENT);
    const denied = popup.getByText('Chrome was not allowed to let Holdfast into this site.');
    await expect(popup.getByText('Chrome asks next: choose Allow.')).toBeVisible();
    const answer = (given: boolean | undefined) =>
      popup.evaluate((isYes) => {
        // As while its dialog is open, where there is no answer.
        chrome.permissions.request = () =>
          isYes === undefined ? new Promise(() => undefined) : Promise.resolve(isYes);
      }, given);
    await answer(false);
    await popup.getByRole('button', { name: 'Protect this site' }).click();
    await expect(denied).toBeVisible();
    await popup.reload();
    await expect(denied).toHaveCount(0);
    await answer(undefined);
    await popup.getByRole('button', { name: 'Protect this site' }).click();
    await popup.reload(); // the dialog has closed it
    await expect(denied).toBeVisible();
    await expect(popup.getByRole('button', { name: 'Protect this site' })).toBeEnabled();
  });

  test('is told what the organization wants, and has no way to stop what it protects', async ({ views }) => {
    const wanted = await views.popup({ wanted: [AGENT] }, AGENT);
    await expect(wanted.getByText('Your organization wants this site protected.')).toBeVisible();
    const policies = { [AGENT]: { policy: {}, managed: ['protect' as const] } };
    const popup = await views.popup({ sites: [AGENT], policies }, AGENT);
    await expect(popup.getByText('Protected by your organization: this cannot be stopped here.')).toBeVisible();
    const menu = await openMenu(popup, 'Protected');
    await expect(menu.getByRole('menuitem')).toHaveText(['Site policy', 'Keep a key…']);
  });

  test('is told where there is nothing to protect', async ({ views }) => {
    for (const url of ['chrome://extensions', 'http://agent.example', 'file:///etc/hosts', undefined]) {
      const popup = await views.popup(url ? { tab: { id: 1, url } } : {});
      await expect(popup.getByText('This page is no web agent.'), url).toBeVisible();
      await expect(popup.getByRole('button')).toHaveCount(0);
      await expect(popup.getByRole('heading', { name: 'Three steps to a bound session' })).toBeVisible();
      await views.leave(popup);
    }
  });
});

test('on the page of an authorization server, the popup says whose sign-in this is, and does not press to protect it', async ({
  views,
}) => {
  const tab = { id: 7, url: 'https://auth.example/login' };
  const popup = await views.popup({ ...PROTECTED, tab, signingIn: AGENT });
  const site = popup.getByRole('region', { name: 'auth.example' });
  await expect(site.getByText(`You are signing in ${new URL(AGENT).host}.`)).toBeVisible();
  await expect(site.getByText('a stolen copy is then worthless')).toHaveCount(0);
  await expect(site.getByRole('button', { name: 'Protect this site' })).not.toHaveClass(/primary/);
});

test('the popup names the server that refused the last sign-in, and says what is wrong', async ({ views }) => {
  const tab = { id: 7, url: `${AGENT}/chat` };
  const refusal = { server: 'https://auth.example', why: 'sound_proof_refused' } as const;
  const popup = await views.popup({ ...PROTECTED, tab, refusal });
  const site = popup.getByRole('region', { name: new URL(AGENT).host });
  await expect(site.getByText('The last sign-in at auth.example came to nothing')).toContainText('refused a proof');
});

test.describe('what the script of a page can read', () => {
  const tab = { id: 7, url: `${AGENT}/chat` };
  const servers = ['https://mcp.example', 'https://files.example:8443'];

  test('is looked for where the person asks, and leads to the protection', async ({ views }) => {
    const popup = await views.popup({ tab, reading: { servers, tokens: 2 } });
    const site = popup.getByRole('region', { name: new URL(AGENT).host });
    const reading = site.locator('.reading');
    await expect(reading).toHaveCount(0);
    await site.getByRole('button', { name: 'What can this page’s script read?' }).click();
    await expect(reading).toHaveText(
      'This page talks to mcp.example and files.example:8443. Its script can read 2 tokens.',
    );
    await expect(site.getByText('Nothing was kept, and nothing was sent.')).toBeVisible();
    await expect
      .poll(() => said(popup))
      .toEqual([
        { kind: 'page', tab: 7 },
        { kind: 'read', tab: 7 },
      ]);
    await expect(site.getByRole('button', { name: 'Protect this site' })).toBeVisible();
    await expectAccessible(popup, ['light', 'dark']);
  });

  test('is said as it is where there is nothing, and where Chrome does not let Holdfast look', async ({ views }) => {
    for (const [reading, sentence] of [
      [{ servers: [], tokens: 0 }, 'No sign of MCP here.'],
      [{ servers: [], tokens: 1 }, 'No sign of MCP here. Its script can read 1 token.'],
      [{ servers: servers.slice(0, 1), tokens: 0 }, 'This page talks to mcp.example. No token lies in its storage.'],
      [undefined, 'Chrome does not let Holdfast look at this page.'],
    ] as const) {
      const popup = await views.popup({ tab, reading });
      await popup.getByRole('button', { name: 'What can this page’s script read?' }).click();
      await expect(popup.getByText(sentence, { exact: true })).toBeVisible();
      await views.leave(popup);
    }
  });

  test('is not asked on a protected site, nor in a view that stands over no page', async ({ views }) => {
    for (const popup of [await views.popup({ ...PROTECTED, tab }), await views.popup({}, AGENT)]) {
      await expect(popup.getByRole('heading', { name: new URL(AGENT).host })).toBeVisible();
      await expect(popup.getByRole('button', { name: 'What can this page’s script read?' })).toHaveCount(0);
    }
  });
});

test('a bound session says in one plain sentence what it is worth; its key and its numbers are details', async ({
  views,
}) => {
  const popup = await views.popup(sceneWith(['bound', 'ownKey']), AGENT);
  const card = cardOf(popup, 'Bound');
  await expect(card.getByText('Safe to use. A copy of what this page holds opens nothing.')).toBeVisible();
  await expect(card.getByRole('link', { name: 'Enforced 14/14' })).toBeVisible();
  for (const detail of ['In custody', '200', 'ES256', '40 proofs']) await expect(card.getByText(detail)).toHaveCount(0);
  await card.getByRole('button', { name: 'Details' }).click();
  await expect(fact(card, 'Custody')).toHaveText('In custody');
  await expect(fact(card, 'Last answer')).toHaveText(/^200 \d+ sec\. ago$/);
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

test('the time that is left is counted down, to the end of the session', async ({ apart }) => {
  await apart.context.clock.install({ time: Date.now() });
  const popup = await apart.popup(sceneWith(['exposed', 'bound']), AGENT);
  await cardOf(popup, 'Bound').getByText('Details').click();
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

test('a held session says what it is, what it is not and what would make it Bound, and offers nothing of a key', async ({
  views,
}) => {
  const popup = await views.popup(sceneWith(['held']), AGENT);
  const card = cardOf(popup, 'Held');
  await expect(card.getByText('cannot read the token. A copy from elsewhere would still work.')).toBeVisible();
  await expect(card).not.toContainText(/safe|opens nothing/i);
  await card.getByText('Details').click();
  await expect(card.getByText('bound to no key. The session becomes Bound at a sign-in after')).toBeVisible();
  await expect(fact(card, 'Custody')).toHaveText('In custody');
  await expect(fact(card, 'Key thumbprint')).toHaveCount(0);
  const menu = await openMenu(card, 'More for');
  await expect(menu.getByRole('menuitem')).toHaveText(['Open in the dashboard', 'Rename…', 'Revoke…']);
});

test('an exposed session gives one reason and one thing to do', async ({ views }) => {
  const popup = await views.popup(sceneWith(['exposed', 'exposed', 'exposed']), AGENT);
  const advised = sessionsIn(popup).getByRole('article').filter({ hasText: 'does not offer DPoP' });
  const advice = advised.getByText('Only the people who run auth.mcp.example');
  await expect(advice).toBeHidden();
  await advised.getByRole('button', { name: 'What can I do?' }).click();
  await expect(advice).toBeVisible();

  const declined = sessionsIn(popup).getByRole('article').filter({ hasText: 'has no access to the servers' });
  await declined.getByRole('button', { name: 'Allow the servers' }).click();
  await expect(declined.getByRole('status').filter({ hasText: 'Allowed.' })).toBeVisible();
  const origins = ['https://auth.calendar.example/*', 'https://calendar.example/*'];
  expect(await called(popup)).toEqual([{ name: 'permissions.request', given: { origins } }]);
  const servers = origins.map((pattern) => pattern.slice(0, -2));
  await expect.poll(() => said(popup)).toEqual([{ kind: 'allow', agent: AGENT, servers }]);
});

test('the thumbprint stands in the details, and is copied with one click', { tag: '@waits' }, async ({ views }) => {
  await views.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const popup = await views.popup(sceneWith(['bound']), AGENT);
  const card = cardOf(popup, 'Bound');
  const thumbprint = thumbprintOf(0);
  await card.getByText('Details').click();
  const button = card.getByRole('button', { name: `Copy the thumbprint ${thumbprint}` });
  await expect(button).toHaveText(thumbprint);
  await button.click();
  await expect(card.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
  expect(await popup.evaluate(() => navigator.clipboard.readText())).toBe(thumbprint);
  await expect(card.getByRole('status').filter({ hasText: 'Copied' })).toHaveCount(0);
});

test('a session changes on the screen as the background tells it, and the popup asks for nothing', async ({
  views,
}) => {
  const scene = sceneWith(['bound']);
  const popup = await views.popup(scene, AGENT);
  const card = cardOf(popup, 'Bound');
  await card.getByText('Details').click();
  await expect(fact(card, 'Proofs sent')).toHaveText(/^40 proofs /);
  const [session] = scene.sessions;
  if (session?.state !== 'bound') throw new Error('the scene has no bound session');
  await change(popup, { ...session, proofs: 1_041, last: { at: Date.now(), status: 404 } });
  await expect(fact(card, 'Proofs sent')).toHaveText(/^1,041 proofs /);
  await expect(card.getByText('last 404')).toBeVisible(); // not in the details alone
  await change(popup, { ...session, retiring: true });
  await expect(card).toContainText('The key is retired');
  await expect.poll(() => said(popup)).toEqual([]);
});

test('exposed sessions that say the same are one card, with the earlier ones folded below it', async ({ views }) => {
  const scene = sceneWith(['exposed', 'bound', 'exposed', 'exposed', 'exposed']);
  const [newest] = scene.sessions;
  const reason = newest?.state === 'exposed' ? newest.reason : 'no_dpop';
  const same = { resource: RESOURCES[0], issuer: newest && 'issuer' in newest ? newest.issuer : undefined, reason };
  const sessions = scene.sessions.map((one, index) =>
    one.state === 'exposed' && index < 4 ? ({ ...one, ...same } as typeof one) : one,
  );
  const popup = await views.popup({ ...scene, sessions }, AGENT);
  const exposed = cardOf(popup, 'Exposed').filter({ visible: true });
  await expect(cardOf(popup, 'Bound')).toBeVisible();
  await expect(exposed).toHaveCount(2);
  await popup.getByText('2 earlier sign-ins, exposed too').click();
  await expect(exposed).toHaveCount(4);
  await expect(
    popup
      .getByRole('button', { name: /^On, 4 exposed/ })
      .or(popup.getByText('On, 4 exposed'))
      .first(),
  ).toBeVisible();
});

test('sessions that are over are folded below those that are not, and cleared with one click', async ({ views }) => {
  const scene = sceneWith(['bound', 'revoked', 'expired', 'keyLost']);
  const popup = await views.popup(scene, AGENT);
  const list = sessionsIn(popup);
  await expect(cardOf(popup, 'Bound')).toBeVisible();
  await expect(cardOf(popup, 'Revoked')).toBeHidden();
  await list.getByText('3 ended').click();
  for (const state of ['Revoked', 'Expired', 'Key lost']) await expect(cardOf(popup, state)).toBeVisible();
  await list.getByRole('button', { name: 'Clear ended' }).click();
  const over = scene.sessions.filter(({ state }) => state !== 'bound');
  const forgotten = over.map(({ id }) => ({ kind: 'forget', session: id }));
  await expect.poll(() => said(popup)).toEqual(expect.arrayContaining(forgotten));
  await expect.poll(async () => (await said(popup)).filter(({ kind }) => kind === 'forget')).toHaveLength(3);

  // Where there is no other, or where one ends before the person's eyes, it says why.
  const alone = await views.popup({ ...scene, sessions: over }, AGENT);
  await expect(cardOf(alone, 'Key lost')).toBeVisible();
  const [bound] = scene.sessions.filter(({ state }) => state === 'bound');
  if (!bound) throw new Error('There is no bound session');
  const { binding: _, ...rest } = bound as BoundView;
  await change(popup, { ...rest, state: 'revoked', confirmed: true, endedAt: Date.now() });
  await expect(cardOf(popup, 'Revoked').first()).toBeVisible();
});

test('while a question waits, nothing else is there; “Not now” closes the popup that came for it', async ({
  views,
}) => {
  const ask = askOf(AGENT);
  const popup = await views.popup({ ...sceneWith(['bound']), tab: { id: 1, url: OTHER }, asks: [ask] });
  await expect(popup.getByRole('button', { name: 'Allow', exact: true })).toBeVisible();
  await expect(popup.getByRole('article')).toHaveCount(0);
  await expect(popup.getByText(new URL(OTHER).host)).toHaveCount(0);
  await popup.evaluate(() => {
    window.close = () => document.body.setAttribute('data-closed', '');
  });
  await tell(popup, { kind: 'asks', asks: [ask, { ...ask, id: 'other' }] });
  const notNow = popup.getByRole('button', { name: 'Not now' });
  await notNow.first().click();
  await expect.poll(() => said(popup)).toContainEqual({ kind: 'decline', ask: 'question' });
  await expect(popup.locator('[data-closed]')).toHaveCount(0);
  await tell(popup, { kind: 'asks', asks: [] });
  await expect(popup.getByText(new URL(OTHER).host)).toBeVisible();

  await tell(popup, { kind: 'asks', asks: [ask] });
  const gone = popup.waitForFunction(() => document.body.hasAttribute('data-closed'));
  await notNow.click();
  await tell(popup, { kind: 'asks', asks: [] }); // as the background says it, before it answers
  await gone;
});

test('Escape closes what is open in the popup, and not the popup with it', async ({ views }) => {
  const popup = await views.popup(sceneWith(['bound']), AGENT);
  await popup.evaluate(() => {
    // Chrome closes a popup with an Escape that the page has left to it.
    addEventListener('keydown', ({ key, defaultPrevented }) => {
      if (key === 'Escape' && !defaultPrevented) document.body.setAttribute('data-closed', '');
    });
  });
  const isClosed = popup.locator('[data-closed]');
  const card = cardOf(popup, 'Bound');
  await openMenu(card, 'More for');
  await popup.keyboard.press('Escape');
  await expect(popup.getByRole('menu')).toHaveCount(0);
  await expect(card.getByRole('button', { name: /^More for/ })).toBeFocused();
  await card.getByText('Details').click();
  const help = card.getByRole('button', { name: 'What is this? Scopes' });
  await help.click();
  await expect(popup.getByRole('note')).toBeVisible();
  await popup.keyboard.press('Escape');
  await expect(popup.getByRole('note')).toBeHidden();
  await expect(help).toBeFocused();
  await chooseIn(popup, 'Protected', 'Site policy');
  await expect(popup.getByRole('heading', { name: 'Policy' })).toBeFocused();
  await popup.keyboard.press('Escape');
  await expect(popup.getByRole('heading', { name: 'Policy' })).toHaveCount(0);
  await expect(isClosed).toHaveCount(0);
  await popup.keyboard.press('Escape');
  await expect(isClosed).toHaveCount(1);
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
  await expect.poll(() => said(popup)).toEqual([]);

  await chooseIn(card, 'More for', 'Revoke…');
  await expect(question.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await popup.keyboard.press('Shift+Tab');
  await expect(question.getByRole('button', { name: 'Revoke the session' })).toBeFocused();
  await popup.keyboard.press('Enter');
  await expect(card.getByRole('status').filter({ hasText: 'Revoking' })).toBeVisible();
  await expect.poll(() => said(popup)).toEqual([{ kind: 'revoke', session: await card.getAttribute('data-session') }]);
});

test.describe('sessions of one server', () => {
  /** Two accounts at one server, and two sessions of which no more is known. */
  function alike(): ReturnType<typeof sceneOf> {
    const states = ['bound', 'bound', 'held', 'held'];
    const scene = {
      ...PROTECTED,
      ...sceneOf(manySessions(4, { agents: [AGENT], resources: RESOURCES.slice(0, 1), states })),
    };
    const accounts = ['Ada', 'Grace'];
    const sessions = scene.sessions.map((session, index) => ({
      ...session,
      ...(accounts[index] !== undefined && { account: accounts[index] }),
    }));
    return { ...scene, sessions };
  }
  const named = (...parts: string[]): string => parts.map((part) => `\u2068${part}\u2069`).join(', ');

  test('are told apart by their accounts, or else by when they began, for who cannot see them too', async ({
    views,
  }) => {
    const popup = await views.popup(alike(), AGENT);
    for (const account of ['Ada', 'Grace']) {
      const name = named('mcp.example/mcp', 'Bound', account);
      const card = popup.getByRole('article', { name });
      await expect(card.getByText(account, { exact: true })).toBeVisible();
      await expect(card.getByRole('button', { name: `Details: ${name}` })).toBeVisible();
      await expect(card.getByRole('button', { name: `More for ${name}` })).toBeVisible();
    }
    await expect(cardOf(popup, 'Held').filter({ hasText: /since \d{1,2}:\d\d [AP]M/ })).toHaveCount(2);
    const names = await popup.getByRole('article').evaluateAll((cards) => cards.map((card) => card.ariaLabel));
    expect(new Set(names).size).toBe(4);

    const dashboard = await views.dashboard(alike());
    const row = dashboard.getByRole('row', { name: /Grace/ });
    await expect(row.getByRole('link')).toHaveAccessibleName(named('mcp.example/mcp', 'Bound', 'Grace'));
    await dashboard.getByRole('searchbox').fill('grace');
    await expect(dashboard.getByRole('table').locator('tbody').getByRole('row')).toHaveCount(1);
  });

  test('are given a name in the menu, which the empty text takes away; Escape leaves it', async ({ views }) => {
    const popup = await views.popup(alike(), AGENT);
    const card = popup.getByRole('article').filter({ hasText: 'Grace' });
    const input = card.getByRole('textbox', { name: 'Name' });
    await chooseIn(card, 'More for', 'Rename…');
    await expect(input).toBeFocused();
    await popup.keyboard.press('Escape');
    await expect(input).toHaveCount(0);
    await expect(card.getByRole('button', { name: /^More for/ })).toBeFocused();

    await chooseIn(card, 'More for', 'Rename…');
    await input.fill('  Work  ');
    await popup.keyboard.press('Enter');
    await expect(input).toHaveCount(0);
    const [, session] = alike().sessions;
    await expect.poll(() => said(popup)).toEqual([{ kind: 'rename', session: session?.id, name: 'Work' }]);
    if (session) await change(popup, { ...session, account: 'Grace', nickname: 'Work' } as typeof session);
    const work = popup.getByRole('article', { name: named('mcp.example/mcp', 'Bound', 'Work') });
    await work.getByText('Details').click();
    await expect(fact(work, 'Name')).toHaveText('Work');
    await expect(fact(work, 'Account')).toHaveText('Grace (says auth.mcp.example)');
  });
});

test('a session that was not tried offers the drill; a site with an exposed session is not all green', async ({
  views,
}) => {
  const scene = sceneWith(['bound', 'bound', 'held', 'bound']);
  const popup = await views.popup(scene, AGENT);
  const chip = popup.getByRole('button', { name: /^Protected/ });
  await expect(chip).toHaveText('On');
  await expect(chip).toHaveClass(/tag-on/);
  const untried = popup.getByRole('article').filter({ hasText: 'Run the drill' });
  await expect(untried).toHaveCount(0);
  const [first, second] = scene.sessions;
  if (!first || second?.state !== 'bound') throw new Error('the scene has no bound session');
  const { enforcement: _, ...rest } = second;
  await change(popup, rest);
  const drill = untried.getByRole('link', { name: /^Run the drill: / });
  await expect(drill).toHaveAttribute('href', `/src/ui/dashboard/index.html#/session/${second.id}/drill`);

  await tell(popup, { kind: 'sessions', changed: sceneWith(['held', 'exposed']).sessions.slice(1), removed: [] });
  await expect(chip).toHaveText('On, 1 exposed');
  await expect(chip).toHaveClass(/tag-exposed/);
  await expect(chip).not.toHaveClass(/tag-on/);
});

test('a question that opens has the focus at its heading, and is said as one that waits for an answer', async ({
  views,
}) => {
  const ask = askOf(AGENT);
  const popup = await views.popup({ ...sceneWith(['bound']), asks: [ask] }, AGENT);
  const question = popup.getByRole('alertdialog', { name: 'agent.localhost:7999 wants to sign in.' });
  await expect(question).toHaveAccessibleDescription('Holdfast needs access to these 2 sites to bind the session:');
  await expect(question.getByRole('heading')).toBeFocused();
  await popup.keyboard.press('Tab');
  await expect(question.getByRole('button', { name: 'Allow' })).toBeFocused();
  await tell(popup, { kind: 'asks', asks: [] });
  await expect(question).toHaveCount(0);
  await tell(popup, { kind: 'asks', asks: [{ ...ask, id: 'next' }] });
  await expect(question.getByRole('heading')).toBeFocused();
});

test('a question in a window of its own is as wide as that: Chrome’s own question fits too', async ({ views }) => {
  const popup = await views.popup({ ...PROTECTED, asks: [askOf(AGENT)] }, AGENT);
  await popup.setViewportSize({ width: 520, height: 560 });
  const width = () => popup.evaluate(() => document.body.getBoundingClientRect().width);
  expect(await width()).toBe(380);
  await popup.goto(`${popup.url()}&window=`);
  await expect(popup.getByRole('button', { name: 'Allow' })).toBeVisible();
  expect(await width()).toBe(520);
});

test.describe('a session that its agent wants to use elsewhere at its server', () => {
  const further = { session: '0', resource: 'https://mcp.example/mcp', address: 'https://mcp.example/files' };
  const scene = (more: object = {}): Scene => {
    const own = sceneWith(['bound']);
    const [session] = own.sessions;
    const ask = { id: 'q', agent: AGENT, origins: [], until: Date.now() + 45_000 };
    return { ...own, asks: [{ ...ask, further: { ...further, session: session?.id ?? '', ...more } }] };
  };

  test('is asked about by the address; the answer goes to the question, and Chrome is asked nothing', async ({
    views,
  }) => {
    const popup = await views.popup(scene(), AGENT);
    const question = popup.getByRole('alertdialog', {
      name: 'agent.localhost:7999 wants to use this session at mcp.example/files too.',
    });
    await expect(question).toHaveAccessibleDescription(
      'The session was made for mcp.example/mcp. If you allow this, the agent can also use this address, and everything below it, in your name:',
    );
    await expect(question.getByRole('listitem')).toHaveText('https://mcp.example/files');
    await expect(question.getByRole('heading')).toBeFocused();
    await expect(question).toContainText(/Answer within \d+ seconds; after that the request is not made\./);
    await expectAccessible(popup);
    await popup.keyboard.press('Tab');
    await popup.keyboard.press('Enter');
    await expect.poll(() => said(popup)).toContainEqual({ kind: 'allowFurther', ask: 'q' });
    await question.getByRole('button', { name: 'Not now' }).click();
    await expect.poll(() => said(popup)).toContainEqual({ kind: 'decline', ask: 'q' });
    expect(await called(popup)).toEqual([]);
  });

  test('is asked about plainly where the agent wants the whole server', async ({ views }) => {
    const popup = await views.popup(scene({ address: 'https://mcp.example/' }), AGENT);
    const question = popup.getByRole('alertdialog', {
      name: 'agent.localhost:7999 wants to use this session everywhere at mcp.example.',
    });
    await expect(question).toContainText(
      'the agent can use every address of the whole server in your name, whatever is there:',
    );
  });

  test('is asked about in the room that there is, however long the address', async ({ views }) => {
    const address = `https://mcp.example/${'%E2%80%AE'.repeat(20)}${'a'.repeat(50)}`;
    const popup = await views.popup(scene({ address }), AGENT);
    await expect(popup.getByRole('listitem')).toHaveText(address);
    const isWide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await popup.evaluate(isWide)).toBe(false);
  });

  test('says in its details where it is used, and each address can be taken back', async ({ views }) => {
    const addresses = ['https://mcp.example/files', 'https://mcp.example/search'];
    const own = sceneWith(['held']);
    const sessions = own.sessions.map((session) => ({ ...session, further: addresses }));
    const popup = await views.popup({ ...own, sessions }, AGENT);
    const card = cardOf(popup, 'Held');
    await card.getByRole('button', { name: 'Details' }).click();
    const known = fact(card, 'Further addresses');
    await expect(known.getByRole('listitem')).toHaveText([
      'mcp.example/files and everything below Take back',
      'mcp.example/search and everything below Take back',
    ]);
    await expectAccessible(popup);
    await known.getByRole('button', { name: /mcp\.example\/search/ }).click();
    const [session] = sessions;
    if (!session) throw new Error('There is no session');
    const takenBack = { kind: 'takeBack', session: session.id, address: 'https://mcp.example/search' };
    await expect.poll(() => said(popup)).toContainEqual(takenBack);
    await change(popup, { ...session, further: ['https://mcp.example/'] } as BoundView);
    await expect(known.getByRole('listitem')).toHaveText(['mcp.example everywhere at this server Take back']);
  });
});

test('a session whose token left unasked can be told to end when that happens again, and says why it ended', async ({
  views,
}) => {
  const own = sceneWith(['held']);
  const sessions = own.sessions.map((session) => ({ ...session, leftUnasked: true as const }));
  const [session] = sessions;
  if (!session) throw new Error('There is no session');
  const popup = await views.popup({ ...own, sessions }, AGENT);
  const card = cardOf(popup, 'Held');
  await expect(card).toContainText('A request that this agent had not asked for left with the token');
  await card.getByRole('button', { name: 'End this session if it happens again' }).click();
  const request = { kind: 'endUnasked', session: session.id };
  await expect.poll(() => said(popup)).toContainEqual({ ...request, wanted: true });
  await change(popup, { ...session, endsUnasked: true } as typeof session);
  await expect(card).toContainText('This session ends if that happens again');
  await expectAccessible(popup);
  await card.getByRole('button', { name: 'Do not end it' }).click();
  await expect.poll(() => said(popup)).toContainEqual({ ...request, wanted: false });

  const ended = { state: 'revoked', confirmed: true, because: 'unasked', endedAt: Date.now() } as const;
  const { id, agent, resource, issuer, clientId, scopes, issuedAt, expiresAt, proofs, recent } = session;
  const rest = { id, agent, resource, issuer, clientId, scopes, issuedAt, expiresAt, proofs, recent };
  await change(popup, { ...rest, ...ended } as SessionView);
  await expect(popup.getByText('It ended because a request that its agent had not asked for')).toBeAttached();
});

test('a session whose token never left unasked offers nothing of that', async ({ views }) => {
  const popup = await views.popup(sceneWith(['held']), AGENT);
  await expect(cardOf(popup, 'Held')).toBeVisible();
  await expect(popup.getByRole('button', { name: 'End this session' })).toHaveCount(0);
});

test('a scrollbar that comes moves nothing', async ({ views }) => {
  const popup = await views.popup(sceneWith(['bound']), AGENT);
  await expect(popup.getByRole('article')).toBeVisible();
  // Here bars take no room; in a window they do. Chrome makes a high popup so much narrower and puts the bar beside it.
  await popup.evaluate(() => document.documentElement.style.setProperty('--bar', '15px'));
  const boxes = () =>
    Promise.all(
      [
        popup.getByRole('link', { name: 'Dashboard' }),
        popup.getByRole('button', { name: /^Protected/ }),
        popup.getByRole('article').getByRole('strong'),
      ].map((part) => part.boundingBox()),
    );
  await popup.setViewportSize({ width: 380, height: 400 });
  const before = await boxes();
  await popup.setViewportSize({ width: 365, height: 600 });
  expect(await boxes()).toEqual(before);
});

test.describe('an agent that sends its handle elsewhere', () => {
  const passedOn = ['https://api.agent.example', `https://${'a'.repeat(60)}.${'b'.repeat(60)}.example:8443`];
  const sceneOfPassing = (states: string[], policy = {}, managed: ['handedOver'] | [] = []): Scene => {
    const scene = sceneWith(states);
    return {
      ...scene,
      policies: { [AGENT]: { policy, managed } },
      sessions: scene.sessions.map((session) => ({ ...session, passedOn })),
    };
  };

  test('is told of with the servers; it is let hold its tokens after a question that says what that is', async ({
    views,
  }) => {
    const popup = await views.popup(sceneOfPassing(['held', 'bound']), AGENT);
    const WHAT = { Held: 'whoever copies one can use it', Bound: 'stay bound to Holdfast’s key' };
    for (const [state, what] of Object.entries(WHAT)) {
      const card = cardOf(popup, state);
      await expect(card).toContainText('passes its handle on to 2 servers where it cannot work');
      await expect(card.getByText('api.agent.example', { exact: true })).toBeVisible();
      const cut = card.locator('.host').filter({ hasText: '.example:8443' });
      expect(
        await cut.evaluate((host) => [host.scrollWidth > host.clientWidth, getComputedStyle(host).direction]),
      ).toEqual([true, 'rtl']);
      await card.getByRole('button', { name: 'Let this agent hold its tokens' }).click();
      const question = card.getByRole('alertdialog', { name: 'Let this agent hold its tokens?' });
      await expect(question).toContainText(what);
      await expect(question.getByRole('button', { name: 'Keep them in Holdfast' })).toBeFocused();
      await question.getByRole('button', { name: 'Let it hold them' }).click();
    }
    const asked = RESOURCES.slice(0, 2).map((resource) => ({ kind: 'handOver', agent: AGENT, resource }));
    await expect.poll(() => said(popup)).toEqual(asked);
    await expectAccessible(popup, ['light', 'dark']);
  });

  test('is let do so in its details where nothing was seen of it', async ({ views }) => {
    const popup = await views.popup(sceneWith(['bound']), AGENT);
    const card = cardOf(popup, 'Bound');
    await card.getByRole('button', { name: 'Details' }).click();
    await card.getByRole('button', { name: 'Let this agent hold its tokens' }).click();
    await expect(card.getByRole('alertdialog')).toContainText('or read what is in it (a JWT)');
    await card.getByRole('button', { name: 'Let it hold them' }).click();
    await expect.poll(() => said(popup)).toEqual([{ kind: 'handOver', agent: AGENT, resource: RESOURCES[0] }]);
  });

  test('is not let where an organization has set it, or where it holds them already', async ({ views }) => {
    for (const [policy, managed] of [
      [{ handedOver: [] }, ['handedOver']],
      [{ custody: false }, []],
    ] as const) {
      const popup = await views.popup(sceneOfPassing(['held'], policy, [...managed] as []), AGENT);
      await expect(cardOf(popup, 'Held')).toContainText('passes its handle on');
      await popup.getByRole('button', { name: 'Details' }).click();
      await expect(popup.getByRole('button', { name: 'Let this agent hold its tokens' })).toHaveCount(0);
      await views.leave(popup);
    }
  });

  test('is let do so with the passkey where the lock is on, which says what is let', async ({ views }) => {
    const wish = { kind: 'handOver', agent: AGENT, resource: RESOURCES[0] };
    const lock = {
      state: 'unlocked',
      passkey: { credentialId: 'AA', salt: 'AA' },
      idleMinutes: 15,
      waiting: [],
    } as const;
    const page = await views.lock({ lock }, `#confirm=${encodeURIComponent(JSON.stringify(wish))}`);
    await expect(
      page.getByText(`The page of ${new URL(AGENT).host} holds its tokens for mcp.example/mcp.`),
    ).toBeVisible();
  });

  test('that holds its tokens says from when on, and they are kept again with one click', async ({ views }) => {
    const scene = sceneOfPassing(['held', 'bound', 'exposed'], { handedOver: RESOURCES });
    const sessions = (scene.sessions ?? []).map((session) =>
      session.state === 'exposed' ? { ...session, reason: 'handed_over' as const, wanted: [] } : session,
    );
    const popup = await views.popup({ ...scene, sessions }, AGENT);
    for (const state of ['Held', 'Bound']) {
      await expect(cardOf(popup, state)).toContainText('Load it again: it gets them with its next refresh or sign-in.');
    }
    await expect(cardOf(popup, 'Exposed')).toContainText('was let hold its tokens');
    await expect(popup.getByText('passes its handle on')).toHaveCount(0);
    await cardOf(popup, 'Exposed').getByRole('button', { name: 'Keep them in Holdfast again' }).click();
    await expect.poll(() => said(popup)).toEqual([{ kind: 'keepAgain', agent: AGENT, resource: RESOURCES[2] }]);
    const policies = { [AGENT]: { policy: { handedOver: RESOURCES.slice(0, 2) }, managed: [] } };
    await tell(popup, { kind: 'sites', sites: [AGENT], wanted: [], policies });
    await expect(cardOf(popup, 'Exposed')).toContainText('from the next sign-in on. Sign out on the agent’s site');
  });
});

test('the lock is a window of its own, to be turned on, and to be unlocked', async ({ views }) => {
  const popup = await views.popup(sceneWith(['bound']), AGENT);
  const opened = (hash: string) => ({
    name: 'windows.create',
    given: { type: 'popup', url: `/src/ui/lock/index.html${hash}`, width: 520, height: 600, left: 564, top: 138 },
  });
  await popup.getByRole('button', { name: 'Lock with a passkey' }).click();
  await expect.poll(() => called(popup)).toEqual([opened('')]);

  const lock = { passkey: { credentialId: 'id', salt: 'salt' }, idleMinutes: 15, waiting: [] } as const;
  await tell(popup, { kind: 'lock', lock: { ...lock, state: 'unlocked' } });
  await popup.getByRole('button', { name: 'Lock now' }).click();
  await expect.poll(() => said(popup)).toEqual([{ kind: 'lock' }]);

  await tell(popup, { kind: 'lock', lock: { ...lock, state: 'locked', waiting: [AGENT] } });
  await expect(popup.getByRole('heading', { name: 'Holdfast is locked' })).toBeVisible();
  await expect(popup.getByText(`Requests of ${new URL(AGENT).host} wait for you`)).toBeVisible();
  await expect(sessionsIn(popup).getByText('Locked', { exact: true })).toBeVisible();
  await popup.getByRole('button', { name: 'Unlock' }).click();
  await expect.poll(() => called(popup)).toEqual([opened(''), opened('#unlock')]);
  await popup.getByRole('button', { name: 'Not now' }).click();
  await expect.poll(() => said(popup)).toEqual([{ kind: 'lock' }, { kind: 'stayLocked', agent: AGENT }]);
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
  await expect(card.getByRole('link', { name: 'Enforced 14/14' })).toBeFocused();
  await press('Tab');
  const details = card.getByRole('button', { name: 'Details' });
  await expect(details).toBeFocused();
  await press('Enter');
  await expect(details).toHaveAttribute('aria-expanded', 'true');
  await press('Tab');
  const more = card.getByRole('button', { name: 'More for \u2068mcp.example/mcp\u2069, \u2068Bound' });
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
  await expect(popup.getByText('Only the people who run')).toBeVisible();
});

test('every term of the details says what it is', async ({ views }) => {
  const popup = await views.popup(sceneWith(['bound']), AGENT);
  const card = cardOf(popup, 'Bound');
  await card.getByText('Details').click();
  await expect(card.getByRole('term').first()).toBeVisible();
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

test('the allowed servers of a site begin with those that were allowed; what is no origin is marked at its field', async ({
  views,
}) => {
  const allowed = ['https://auth.example', 'https://mcp.example'];
  const popup = await views.popup({ ...PROTECTED, consents: { [AGENT]: allowed } }, AGENT);
  await chooseIn(popup, 'Protected', 'Site policy');
  const field = popup.getByRole('textbox', { name: 'Allowed servers' });
  const save = popup.getByRole('button', { name: 'Save the servers' });
  await field.fill('https://mcp.example\nmcp.example/path');
  await save.click();
  const wrong = 'Not an origin: mcp.example/path. Write it like https://mcp.example.';
  await expect(popup.getByRole('alert')).toHaveText(wrong);
  await expect(field).toBeFocused();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(wrong);
  await expectAccessible(popup, ['light', 'dark', 'forced']);
  expect((await said(popup)).map(({ kind }) => kind)).not.toContain('policy');

  await popup.getByRole('button', { name: 'Fill in those that it may use now' }).click();
  await expect(field).toHaveValue(allowed.join('\n'));
  await save.click();
  await expect(popup.getByRole('alert')).toBeHidden();
  await expect(field).toHaveAttribute('aria-invalid', 'false');
  await expect.poll(() => said(popup)).toContainEqual({ kind: 'policy', origin: AGENT, change: { servers: allowed } });
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
  await cardOf(popup, 'Bound').getByText('Details').click();
  await cardOf(popup, 'Exposed').getByText('What can I do?').click();
  await chooseIn(popup, 'Protected', 'Site policy');
  await showAll(popup);
  await expectAccessible(popup, looks);
  await expectZoomable(popup);
  await views.leave(popup);

  await test.step('what lies over it', async () => {
    const alone = await views.popup(sceneWith(['bound']), AGENT);
    const card = cardOf(alone, 'Bound');
    await card.getByText('Details').click();
    await card.getByRole('button', { name: 'What is this? Scopes' }).click();
    await expectAccessible(alone, looks, '[popover]:popover-open');
    await openMenu(card, 'More for');
    await expectAccessible(alone, looks, '[role=menu]:popover-open');
    await alone.keyboard.press('Escape');
    await chooseIn(card, 'More for', 'Revoke…');
    await expectAccessible(alone, looks, '[role=alertdialog]');
    await expectZoomable(alone);
    await views.leave(alone);
  });

  await test.step('over other sites', async () => {
    const elsewhere = await views.popup(sceneWith(['bound', 'exposed', 'revoked']), OTHER);
    await elsewhere.getByText('3 sessions on other sites').click();
    await expectAccessible(elsewhere, ['light']);
    await expectZoomable(elsewhere);
    await views.leave(elsewhere);
    for (const [empty, site] of [
      [{}, undefined],
      [{}, AGENT],
      [PROTECTED, AGENT],
    ] as const) {
      const bare = await views.popup(empty, site);
      await expectAccessible(bare);
      await views.leave(bare);
    }
  });

  const lock = await views.lock(scene);
  await expectAccessible(lock, looks);
  await expectZoomable(lock);
});

test.describe('in Japanese', () => {
  test.use({ locale: 'ja' });

  test('no English is left over', async ({ views }) => {
    const scene = sceneWith();
    const popup = await views.popup(scene, AGENT);
    await showAll(popup);
    for (const details of await popup.getByText('詳細').all()) await details.click();
    await popup.getByText('どうすればよい？').first().click();
    expect(await english(popup)).toEqual([]);
    await popup
      .getByRole('button', { name: /^\u2068mcp.example\/mcp\u2069.* の操作/ })
      .first()
      .click();
    await expect(popup.getByRole('menuitem', { name: 'ダッシュボードで開く' })).toBeVisible();
    expect(await english(popup)).toEqual([]);
    await views.leave(popup);

    const elsewhere = await views.popup(scene, OTHER);
    await expect(elsewhere.getByText(`ほかのサイトのセッション ${EVERY_STATE.length} 件`)).toBeVisible();
    expect(await english(elsewhere)).toEqual([]);
    await views.leave(elsewhere);
    for (const open of [
      () => views.welcome(),
      () => views.lock(scene),
      () => views.keep({ ...scene, ...PROTECTED }, { agent: AGENT }),
    ]) {
      const view = await open();
      await view.getByRole('heading', { level: 1 }).waitFor();
      for (const summary of await view.locator('summary').all()) await summary.click();
      expect(await english(view)).toEqual([]);
      await views.leave(view);
    }

    // Chrome has been seen to give a page no catalogue.
    const speechless = await views.popup({ ...scene, messages: {} }, OTHER);
    await expect(speechless.getByText(`ほかのサイトのセッション ${EVERY_STATE.length} 件`)).toBeVisible();
    expect(await english(speechless)).toEqual([]);
  });
});

/** Draws every session of the scene that has each state: those further down, and those that are over. */
async function showAll(popup: Page): Promise<void> {
  const cards = popup.getByRole('article');
  await expect(cards.first()).toBeVisible();
  const drawn = async (): Promise<number> => {
    await popup.mouse.wheel(0, 5_000); // again, where what is loaded later has moved the end
    return cards.count();
  };
  await expect.poll(drawn).toBe(EVERY_STATE.length - 3);
  await popup.locator('summary').click(); // nothing is drawn any more that could move it
  await expect(cards).toHaveCount(EVERY_STATE.length);
}

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
    /\b(?:Holdfast|Chrome|API|Authorization|Bearer|X-API-Key|DPoP|MCP|Web|Cookie|ID|RFC|PRF|DBSC|IndexedDB|ES256|ES384|ES512|PS256|RS256|Ed25519|EdDSA|jkt|insufficient_scope)\b/g;
  const told =
    /Search key|https?:\/\/\S+|[\w.-]+\.(?:example|localhost)\S*|\b\w+:(?:read|write)\b|client-\d|[\w-]{20,}|[\w-]{6}…[\w-]{6}/g;
  return texts
    .map((text) => text.replace(told, '').replace(thumbprintOf(0), '').replace(names, ''))
    .flatMap((text) => text.match(/[A-Za-z]{2,}[A-Za-z ]*/g) ?? []);
}
