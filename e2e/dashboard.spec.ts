import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import type { Diagnostics } from '../src/model/diagnostics.ts';
import { ATTEMPTS, type DrillReport, type UnclearReason } from '../src/model/drill.ts';
import {
  column,
  expectColumn,
  expectNoBarriers,
  exported,
  fact,
  rowsOf,
  tableOf,
  tabTo,
  workOf,
} from './support/dashboard.ts';
import { manyLines, manySessions, thumbprintOf } from './support/many.ts';
import { sceneOf } from './support/scene.ts';
import { called, expect, type Scene, said, tell, test } from './support/views.ts';

test.describe('without a session', () => {
  test('the three steps are shown, and every view says what it will hold', async ({ views }) => {
    const page = await views.dashboard({});
    await expect(page.getByRole('heading', { name: 'Three steps to a bound session' })).toBeVisible();
    await expect(page.getByRole('table')).toHaveCount(0);
    // What the browser binds by itself has a place where there is some.
    await expect(page.getByRole('link', { name: 'Bound by the browser' })).toHaveCount(0);
    const cookies = await views.dashboard({}, '#/cookies');
    await expect(cookies.getByText('No server has asked the browser to bind a cookie session.')).toBeVisible();
    await page.getByRole('link', { name: 'Activity' }).click();
    await expect(page.getByText('Nothing has happened yet.')).toBeVisible();
    await page.getByRole('link', { name: 'Settings' }).click();
    await expect(page.getByText('No site is protected.')).toBeVisible();
    await expect(page.getByText('kept by your browser, not by a chip')).toBeVisible();
    await expect(page.getByText('its own script can still use its session')).toBeVisible();
    await expect(page).toHaveTitle('Settings · Holdfast');
  });

  test('an address that leads nowhere says so, and leads on', async ({ views }) => {
    const page = await views.dashboard({}, '#/nowhere');
    await expect(page.getByRole('heading', { name: 'There is nothing at this address.' })).toBeVisible();
    await page.getByRole('link', { name: 'Show all sessions' }).click();
    await expect(page.getByRole('heading', { name: 'Three steps to a bound session' })).toBeVisible();
    const gone = await views.dashboard({}, '#/session/unknown');
    await expect(gone.getByRole('heading', { name: 'This session is not on the list any more.' })).toBeVisible();
    const half = await views.dashboard({}, '#/activity?kind=broken&period=day');
    await expect(half.getByRole('status').filter({ hasText: 'is left out: kind.' })).toBeVisible();
  });

  test('how long things are kept is chosen once', async ({ views }) => {
    const page = await views.dashboard({}, '#/settings');
    const days = page.getByRole('group', { name: 'Keep ended sessions and activity for' });
    await expect(days.getByRole('radio', { name: '30 days' })).toBeChecked();
    await days.getByRole('radio', { name: '7 days' }).check();
    await expect.poll(() => said(page)).toEqual([{ kind: 'diagnostics' }, { kind: 'retain', days: 7 }]);
    await tell(page, { kind: 'settings', settings: { retentionDays: 90 } }); // chosen in another view
    await expect(days.getByRole('radio', { name: '90 days' })).toBeChecked();
  });

  test('what an agent was allowed is listed, each with a way to take it back', async ({ views }) => {
    const [agent, server] = ['https://agent.example', 'https://mcp.example'];
    const consents = { [agent]: ['https://as.example', server], 'https://other.example': [server] };
    const page = await views.dashboard({ sites: [agent], consents }, '#/settings');
    await page.getByText('2 servers allowed').click();
    await expect(page.getByText('https://as.example', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Take back mcp.example' }).click();
    await expect.poll(async () => (await said(page)).at(-1)).toEqual({ kind: 'disallow', agent, servers: [server] });
    // So is what an agent was allowed whose site is not protected any more: it may be taken back all the same.
    const before = page.getByRole('region', { name: 'No longer protected' });
    await before.getByRole('article', { name: 'other.example' }).getByText('1 server allowed').click();
    await before.getByRole('button', { name: 'Take back mcp.example' }).click();
    await expect
      .poll(async () => (await said(page)).at(-1))
      .toEqual({ kind: 'disallow', agent: 'https://other.example', servers: [server] });
    await tell(page, { kind: 'consents', consents: { [agent]: ['https://as.example'] } });
    await expect(page.getByText('1 server allowed')).toBeVisible();
  });

  test('the servers whose tokens an agent holds are listed, each with a way to keep them again', async ({ views }) => {
    const [agent, other] = ['https://agent.example', 'https://other.example'];
    const handedOver = ['https://mcp.example/mcp', 'https://files.example/mcp'];
    const policies = {
      [agent]: { policy: { handedOver }, managed: [] },
      [other]: { policy: { handedOver: handedOver.slice(1) }, managed: ['handedOver' as const] },
    };
    const page = await views.dashboard({ sites: [agent, other], policies }, '#/settings');
    await page.getByText('Holds its own tokens for 2 servers').click();
    await page.getByRole('button', { name: 'Keep the tokens for https://mcp.example/mcp in Holdfast again' }).click();
    await expect
      .poll(async () => (await said(page)).at(-1))
      .toEqual({ kind: 'keepAgain', agent, resource: handedOver[0] });
    await page.getByText('Holds its own tokens for 1 server', { exact: true }).click();
    const managed = page.getByRole('article', { name: 'other.example' });
    await expect(managed.getByText('Set by your organization').last()).toBeVisible();
    await expect(managed.getByRole('button', { name: /^Keep the tokens/ })).toHaveCount(0);
  });

  test('what the organization wants protected is asked of Chrome by one click, and what it protects cannot be stopped', async ({
    views,
  }) => {
    const [site, others] = ['https://agent.example', ['https://desk.example', 'https://lab.example']];
    const policies = { [site]: { policy: {}, managed: ['protect' as const] } };
    const page = await views.dashboard({ sites: [site], wanted: others, policies }, '#/settings');
    await expect(page.getByText('wants these sites protected: desk.example and lab.example.')).toBeVisible();
    await page.getByRole('button', { name: 'Protect these sites' }).click();
    const origins = others.map((origin) => `${origin}/*`);
    expect(await called(page)).toEqual([{ name: 'permissions.request', given: { origins } }]);
    await expect(page.getByText('Protected by your organization')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Stop protecting' })).toHaveCount(0);
  });

  test('all that is kept is exported without a handle, and deleted after a question that says what is not done', async ({
    views,
  }) => {
    const site = 'https://agent.example';
    const many = manySessions(70);
    const consents = { [site]: ['https://mcp.example'] };
    const scene = { ...sceneOf(many, manyLines(3, many)), sites: [site], consents };
    const page = await views.dashboard(scene, '#/settings');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export everything' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^holdfast-everything-\d{4}-\d\d-\d\d\.json$/);
    const text = await readFile(await file.path(), 'utf8');
    const kept = JSON.parse(text);
    expect(kept).toMatchObject({ sites: [site], consents, settings: { retentionDays: 30 } });
    expect([kept.sessions.length, kept.activity.length]).toEqual([70, 3]); // those that came a moment later too
    expect(text).not.toMatch(/hfk?r?_[\w-]{43}/);

    await page.getByRole('button', { name: 'Delete everything' }).click();
    const question = page.getByRole('alertdialog', { name: 'Delete everything that Holdfast keeps?' });
    await expect(question).toContainText('No server is told');
    await question.getByRole('button', { name: 'Keep everything' }).click();
    const asked = async () => (await said(page)).map(({ kind }) => kind);
    expect(await asked()).not.toContain('deleteEverything');
    await page.getByRole('button', { name: 'Delete everything' }).click();
    await question.getByRole('button', { name: 'Delete everything' }).click();
    expect(await asked()).toContain('deleteEverything');
  });

  test('help leads to what explains Holdfast, and to the browser’s own page of shortcuts', async ({ views }) => {
    const page = await views.dashboard({}, '#/settings');
    const help = page.getByRole('region', { name: 'Help' });
    const welcome = help.getByRole('link', { name: 'How Holdfast works, and its words' });
    await expect(welcome).toHaveAttribute('href', '/src/ui/welcome/index.html');
    await help.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    expect(await called(page)).toEqual([{ name: 'tabs.create', given: { url: 'chrome://extensions/shortcuts' } }]);
  });

  test('diagnostics are counted, and copied as they are by then', async ({ views }) => {
    await views.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const error = { at: 0, code: 'storage_full', name: 'QuotaExceededError', places: ['assets/index.js:1:2'] } as const;
    const before: Diagnostics = {
      ...{ startedAt: 0, trouble: 'storage_full', sessions: { bound: 2, exposed: 1 }, sites: 2, questions: 1 },
      errors: [error],
    };
    const page = await views.dashboard({ diagnostics: [before, { ...before, errors: [error, error] }] }, '#/settings');
    const section = page.getByRole('region', { name: 'Report a problem' });
    await expect(section.getByText('without any address, token or key')).toContainText('1 error is kept');
    await section.getByRole('button', { name: 'Copy diagnostics' }).click();
    await expect(section.getByRole('status')).toHaveText('Copied');
    await expect(section.getByText('2 errors are kept')).toBeVisible();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^## Holdfast diagnostics\n\n- \*\*Holdfast:\*\* \d+\.\d+\.\d+\n- \*\*Browser:\*\* Mozilla/);
    expect(copied).toContain('- **Storage:** storage_full\n- **Sessions:** 2 bound, 1 exposed\n');
    expect(copied.match(/storage_full QuotaExceededError\n {4}at assets\/index\.js:1:2\n/g)).toHaveLength(2);
  });
});

test.describe('with one session', () => {
  test('it is one row, one agent, and its own view; a long host is cut at its front', async ({ views }) => {
    const agent = `https://${'accounts.bank.example.'.repeat(5)}evil.example`;
    const page = await views.dashboard(sceneOf(manySessions(1, { agents: [agent] })));
    const host = tableOf(page).getByText(new URL(agent).host, { exact: true });
    const [cut, whole] = await host.evaluate((bdi) => {
      const box = (element: Element | null) => element?.getBoundingClientRect();
      return [box(bdi.parentElement), box(bdi)];
    });
    expect(whole?.left).toBeLessThan(cut?.left ?? 0);
    expect(whole?.right).toBeLessThanOrEqual((cut?.right ?? 0) + 1);
    // A long path takes nothing from a host that has room.
    const long = `https://mcp.example/${'x'.repeat(200)}`;
    const other = await views.dashboard(sceneOf(manySessions(1, { resources: [long] })));
    const [room, needed] = await tableOf(other)
      .getByText('mcp.example', { exact: true })
      .evaluate((bdi) => [bdi.parentElement, bdi].map((element) => element?.getBoundingClientRect().width));
    expect(room).toBe(needed);
    await page.bringToFront();
    await expect(page.getByText('1 session', { exact: true })).toBeVisible();
    await expect(rowsOf(tableOf(page))).toHaveCount(1);
    await page.getByRole('link', { name: 'mcp.example/mcp' }).click();
    await expect(page.getByRole('region', { name: 'mcp.example/mcp' })).toBeVisible();
    await expect(fact(page, 'Key thumbprint').getByRole('button')).toHaveText(thumbprintOf(0));
  });
});

/** Leads an open dashboard to another place of its own. */
const goTo = (page: Page, hash: string): Promise<void> =>
  page.evaluate((to) => {
    location.hash = to;
  }, hash);

/** A resource, without what tells its sessions apart. */
const withoutWho = (text: string): string => text.split(' since ')[0] ?? '';

test.describe('with fifty sessions', () => {
  let scene: Scene;
  test.beforeEach(() => {
    const many = manySessions(50);
    scene = sceneOf(many, manyLines(300, many), {
      cookieSessions: [
        { server: 'https://bank.example', registeredAt: Date.now() - 60_000, algorithms: ['ES256'], path: '/register' },
      ],
    });
  });

  test('the table is sorted by any column, and the address remembers it', async ({ views }) => {
    const page = await views.dashboard(scene);
    const table = tableOf(page);
    const heading = (name: string) => table.getByRole('columnheader', { name });
    const numbers = async () => (await column(table, 'Proofs')).map((text) => Number(text.replace(/\D/g, '')));
    await expect(heading('Proofs')).toHaveAttribute('aria-sort', 'none');

    await heading('Proofs').getByRole('button', { name: 'Proofs' }).click();
    await expect(heading('Proofs')).toHaveAttribute('aria-sort', 'descending');
    expect(await numbers()).toEqual((await numbers()).toSorted((a, b) => b - a));
    await heading('Proofs').getByRole('button', { name: 'Proofs' }).click();
    await expect(heading('Proofs')).toHaveAttribute('aria-sort', 'ascending');
    expect(await numbers()).toEqual((await numbers()).toSorted((a, b) => a - b));

    await heading('Resource').getByRole('button').first().click();
    await expect(heading('Resource')).toHaveAttribute('aria-sort', 'ascending');
    await expect(heading('Proofs')).toHaveAttribute('aria-sort', 'none');
    const names = (await column(table, 'Resource')).map(withoutWho);
    expect(names).toEqual(names.toSorted());

    await page.goBack();
    await expect(heading('Proofs')).toHaveAttribute('aria-sort', 'ascending');
    await page.goForward();
    await expect(heading('Resource')).toHaveAttribute('aria-sort', 'ascending');
    await page.reload();
    await expect(heading('Resource')).toHaveAttribute('aria-sort', 'ascending');
  });

  test('the table is limited by words, state and enforcement, and a link brings it back', async ({ views }) => {
    const page = await views.dashboard(scene);
    const table = tableOf(page);
    await page.getByRole('navigation', { name: 'States' }).getByRole('link', { name: 'Bound' }).click();
    await expect(page.getByText('32 of 50 sessions')).toBeVisible();
    await expectColumn(table, 'State', 'Bound');

    await page.getByRole('combobox', { name: 'Enforcement' }).selectOption('Broken');
    await expectColumn(table, 'Enforcement', 'Broken: a stolen token works');
    await page.getByRole('searchbox', { name: 'Filter sessions' }).fill('calendar folio');
    await expect(rowsOf(table)).toHaveCount(1);

    const link = await views.dashboard(scene, new URL(page.url()).hash);
    await expect(rowsOf(tableOf(link))).toHaveCount(1);
    await expect(link.getByRole('searchbox')).toHaveValue('calendar folio');
    await link.getByRole('searchbox').fill('no such thing');
    await expect(link.getByRole('heading', { name: 'No session is like this.' })).toBeVisible();
    await link.getByRole('link', { name: 'Show all sessions' }).click();
    await expect(link.getByText('50 sessions', { exact: true })).toBeVisible();
    await link.goBack();
    await expect(link.getByRole('searchbox')).toHaveValue('no such thing');
  });

  test('agents and resources are lists with numbers; one limits the table', async ({ views }) => {
    const page = await views.dashboard(scene);
    const table = tableOf(page);
    const agents = page.getByRole('navigation', { name: 'Agents' });
    await expect(agents.getByRole('link', { name: 'All sessions 50' })).toHaveAttribute('aria-current', 'page');
    await agents.getByRole('link', { name: /desk\.example.* 13/ }).click();
    await expectColumn(table, 'Agent', 'desk.example');
    await expect(page.getByText('13 of 50 sessions')).toBeVisible();

    await page.getByRole('navigation', { name: 'Group by' }).getByRole('link', { name: 'Resources' }).click();
    await expect(page.getByText('50 sessions', { exact: true })).toBeVisible();
    const resources = page.getByRole('navigation', { name: 'Resources' });
    await resources.getByRole('link', { name: /notes\.example\/mcp/ }).click();
    await expect
      .poll(async () => [...new Set((await column(table, 'Resource')).map(withoutWho))])
      .toEqual(['notes.example/mcp']);
    await expect(resources.getByRole('img', { name: /need/ }).first()).toBeVisible();
  });

  test('a session’s view shows what is bound to what, its facts, its story and its last proof', async ({ views }) => {
    const page = await views.dashboard(scene, '#/session/seeded-0');
    const pane = page.getByRole('region', { name: 'mcp.example/mcp' });
    const picture = pane.getByRole('region', { name: 'What is bound to what' });
    await expect(picture.getByRole('listitem')).toHaveText([
      /^Agentagent\.exampleThe page holds a handle/,
      /^Key\w{6}.*No script can export it\.$/,
      /^Authorization serverauth\.mcp\.exampleAuthorization code and tokens are bound to the key\.$/,
      /^Resourcemcp\.example\/mcp40 requests sent, each with its own proof\. ?Enforced 14\/14$/,
    ]);
    await expect(fact(pane, 'Protocol version')).toHaveText('2025-06-18');
    await expect(fact(pane, 'MCP session')).toHaveText(/^[\w-]{20}$/);
    await expect(fact(pane, 'Custody')).not.toBeEmpty();

    const timeline = pane.getByRole('region', { name: 'Timeline' });
    await expect(timeline.getByRole('listitem').first()).toContainText(/proof|Refused|Challenge|Refreshed/);
    await timeline.getByRole('link', { name: 'In the activity log' }).click();
    await expect(page.getByText('Of one session only')).toBeVisible();
    await page.goBack();

    const proof = pane.getByRole('region', { name: 'Last proof' });
    const claims = ['typ', 'alg', 'jwk', 'jti', 'htm', 'htu', 'iat', 'ath', 'nonce'];
    await expect(proof.getByRole('rowheader')).toHaveText(claims);
    for (const claim of claims) {
      const row = proof.getByRole('row').filter({ has: page.getByRole('rowheader', { name: claim, exact: true }) });
      await expect(row.getByRole('link', { name: /^RFC 9449 §/ })).toHaveAttribute('href', /rfc9449#section-\d/);
    }
    await expect(proof.getByText('not the key of this session')).toBeVisible(); // what is seeded is no real key
  });

  test('the picture of a session that is not bound says what binds nothing', async ({ views }) => {
    const page = await views.dashboard(scene);
    for (const [index, state, said] of [
      [3, 'Exposed', ['The page holds a plain bearer token.', 'No key', 'Whoever has the token is let in.']],
      [9, 'Revoked', ['The page’s handle is dead.', 'The key is deleted.']],
      [11, 'Page’s own key', ['The page signs with a key of its own.', 'A key of the page']],
      [15, 'Refused', ['The page got an error in place of a plain bearer token.', 'No key']],
    ] as const) {
      await test.step(state, async () => {
        await goTo(page, `#/session/seeded-${index}`);
        await expect(page.getByRole('region').getByText(state, { exact: true }).first()).toBeVisible();
        const picture = page.getByRole('region', { name: 'What is bound to what' });
        for (const sentence of said) await expect(picture.getByText(sentence)).toBeVisible();
        await page.getByRole('link', { name: 'Enforcement drill' }).click();
        await expect(page.getByText('Only a bound session can be tested')).toBeVisible();
        await expect(page.getByRole('button', { name: 'Run the drill' })).toHaveCount(0);
      });
    }
  });

  test('a held session has no key, nothing to drill, and a word for what would make it Bound', async ({ views }) => {
    const held = sceneOf(manySessions(1, { states: ['held'] }));
    const page = await views.dashboard(held, '#/session/seeded-0');
    const picture = page.getByRole('region', { name: 'What is bound to what' });
    for (const sentence of [
      'The page holds a handle',
      'No key',
      'bound to nothing',
      'Whoever has the token is let in.',
    ]) {
      await expect(picture.getByText(sentence)).toBeVisible();
    }
    await expect(page.getByRole('button', { name: 'Revoke' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Retire the key' })).toHaveCount(0);
    await page.getByRole('link', { name: 'Enforcement drill' }).click();
    await expect(page.getByText('There is nothing to drill')).toContainText('becomes Bound at a sign-in');
    await expect(page.getByRole('button', { name: 'Run the drill' })).toHaveCount(0);
  });

  test('what has ended is taken off the list', async ({ views }) => {
    const page = await views.dashboard(scene, '#/session/seeded-26');
    await page.getByRole('button', { name: 'Remove from the list' }).click();
    await expect.poll(() => said(page)).toContainEqual({ kind: 'forget', session: 'seeded-26' });
    await tell(page, { kind: 'sessions', changed: [], removed: ['seeded-26'] });
    await expect(page.getByRole('heading', { name: 'This session is not on the list any more.' })).toBeVisible();
    await expect(page.getByText('49 sessions', { exact: true })).toBeVisible();
  });

  test('cookie sessions are the browser’s, not Holdfast’s', async ({ views }) => {
    const page = await views.dashboard(scene);
    await page.getByRole('link', { name: 'Bound by the browser 1' }).click();
    await expect(page.getByText('The browser keeps that key and signs with it, not Holdfast.')).toBeVisible();
    const cells = page.getByRole('row').filter({ hasText: 'bank.example' }).getByRole('cell');
    await expect(cells).toHaveText(['the browser', 'ES256', '1 min. ago', 'not seen']);
  });

  test('the keyboard alone filters, sorts, goes through rows, opens a session and comes back', async ({ views }) => {
    const page = await views.dashboard(scene);
    const table = tableOf(page);
    await tabTo(page, page.getByRole('searchbox'));
    await page.keyboard.type('mcp.example');
    await tabTo(page, table.getByRole('button', { name: 'Expires' }));
    await page.keyboard.press('Enter');
    await expect(table.getByRole('columnheader', { name: 'Expires' })).toHaveAttribute('aria-sort', 'ascending');
    const links = table.locator('tbody').getByRole('link');
    await tabTo(page, links.first());
    await page.keyboard.press('ArrowDown');
    await expect(links.nth(1)).toBeFocused();
    await page.keyboard.press('End');
    await expect(links.last()).toBeFocused();
    await page.keyboard.press('Home');
    await expect(links.first()).toBeFocused();
    await page.keyboard.press('ArrowDown');
    const opened = withoutWho((await links.nth(1).textContent()) ?? '');
    await page.keyboard.press('Enter');
    const pane = page.getByRole('region', { name: opened }).first();
    await expect(pane).toBeVisible();
    await tabTo(page, page.getByRole('link', { name: 'Enforcement drill' }));
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 3, name: /Enforcement drill/ })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('region', { name: 'What is bound to what' })).toHaveCount(0);
    await expect(table.locator('tbody').getByRole('link').and(page.locator(':focus'))).toHaveCount(1);
  });

  test('with less motion wanted, nothing moves', async ({ views }) => {
    const page = await views.dashboard(scene, '#/session/seeded-0');
    const moving = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('*')].some((element) => {
          const { transitionDuration, animationName } = getComputedStyle(element);
          return animationName !== 'none' || transitionDuration.split(',').some((time) => Number.parseFloat(time) > 0);
        }),
      );
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await moving()).toBe(false);
  });

  test('on a narrow window a session has the page to itself, and a way back', async ({ views }) => {
    const page = await views.dashboard(scene, '#/session/seeded-0');
    await page.setViewportSize({ width: 600, height: 800 });
    await expect(tableOf(page)).toBeHidden();
    await page.getByRole('link', { name: 'All sessions' }).click();
    await expect(tableOf(page)).toBeVisible();
  });
});

test.describe('for everybody', () => {
  const many = manySessions(13);
  // A line of each kind.
  const scene = sceneOf(many, manyLines(8, many), {
    cookieSessions: [{ server: 'https://bank.example', algorithms: ['ES256'] }],
  });

  interface Place {
    readonly hash: string;
    readonly seen: (page: Page) => Locator;
    /** What is new there: beside a session stands the same table, above all else the same head. */
    readonly part?: string;
  }
  const PLACES: Readonly<Record<string, readonly Place[]>> = {
    'at a session': [
      { hash: '#/session/seeded-0', seen: (page) => page.getByText('The page holds a handle') },
      {
        ...{ hash: '#/session/seeded-3', part: '.pane' },
        seen: (page) => page.getByText('The page holds a plain bearer token.'),
      },
      {
        ...{ hash: '#/session/seeded-10/drill', part: '.pane' },
        seen: (page) => page.getByRole('table', { name: 'Attempts and answers' }),
      },
    ],
    'beside the sessions': [
      { hash: '#/cookies', seen: (page) => page.getByRole('cell', { name: 'the browser' }) },
      { hash: '#/activity', part: 'main', seen: (page) => tableOf(page, 'Activity') },
      { hash: '#/settings', part: 'main', seen: (page) => page.getByRole('region', { name: 'Help' }) },
    ],
  };
  for (const [where, places] of Object.entries(PLACES)) {
    test(`there is no serious barrier ${where}`, async ({ views }) => {
      const page = await views.dashboard(scene);
      for (const { hash, part, seen } of places) {
        await test.step(hash, async () => {
          await goTo(page, hash);
          await seen(page).first().waitFor();
          await expectNoBarriers(page, part);
        });
      }
    });
  }
});

test.describe('the drill’s report', () => {
  const REASONS: Readonly<Record<UnclearReason, string>> = {
    controlFailed: 'did not let in the session’s own, correct request',
    controlFailedAfter: 'was let in at first, but not at the end',
    rateLimited: 'asked for fewer requests',
    unreachable: 'could not be reached',
    answersUnclear: 'Most answers were neither',
    sessionEnded: 'before the drill was over',
    stopped: 'You stopped it',
  };
  const RESOURCE = 'https://mcp.example/mcp';

  const { sessions = [], usage = [] } = manySessions(9, { states: ['bound'], resources: [RESOURCE] });
  const report = (index: number, rest: Pick<DrillReport, 'verdict' | 'lines'>) => ({
    ...{ session: `seeded-${index}`, resource: RESOURCE, at: Date.now() },
    ...rest,
  });
  const drills = Object.keys(REASONS).map((reason, index) =>
    report(index, { verdict: { kind: 'unclear', reason: reason as UnclearReason }, lines: [] }),
  );
  const weak = report(7, {
    verdict: { kind: 'incomplete', found: ['wrongUrl'] },
    lines: [
      { attempt: 'control', outcome: 'accepted', answer: { status: 200 } },
      {
        ...{ attempt: 'bearer', outcome: 'refused' },
        answer: { status: 401, error: 'invalid_token', description: '<b>No</b> bearer' },
      },
      { attempt: 'wrongUrl', outcome: 'accepted', answer: { status: 200 } },
      { attempt: 'stale', outcome: 'tolerated', answer: { status: 200 } },
      { attempt: 'expired', outcome: 'skipped', skipped: 'noExpiredToken' },
    ],
  });
  const scene = sceneOf({ sessions, usage, drills: [...drills, weak] });

  test('says why nothing could be told', async ({ views }) => {
    const page = await views.dashboard(scene);
    for (const [index, sentence] of Object.values(REASONS).entries()) {
      await goTo(page, `#/session/seeded-${index}/drill`);
      await expect(page.getByText(sentence)).toBeVisible();
      await expect(page.getByRole('status').filter({ hasText: 'Could not tell' })).toBeVisible();
    }
  });

  test('says what a server accepted, what to change, and quotes the server as text', async ({ views }) => {
    await views.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await views.dashboard(scene, '#/session/seeded-7/drill');
    await expect(page.getByRole('status').filter({ hasText: 'Incomplete: 1 required check is missing' })).toHaveText(
      'Incomplete: 1 required check is missing 3 of 17 tried: 1 refused, 1 accepted, 1 tolerated; 1 not tried (no expired token yet)',
    );
    // Failures come first.
    await expect(page.getByRole('row').nth(1)).toContainText('A proof for another URL');
    const line = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
    await expect(line('A proof for another URL')).toContainText('Change: Compare htu with the URL of the request');
    await expect(line('A proof for another URL')).toContainText('§4.3, check 9');
    await expect(line('A proof for another URL').getByRole('cell', { name: 'Accepted' })).toBeVisible();
    await expect(line('plain bearer token')).toContainText('401 invalid_token<b>No</b> bearer');
    await expect(line('plain bearer token')).not.toContainText('Change:');
    await expect(line('an hour ago')).toContainText('the server’s nonce tells how old the proof is');
    await expect(line('An expired token')).toContainText('No expired token of this session is at hand.');
    await expect(line('own request')).toContainText('let in');
    // What says that it is copied takes no other room.
    const width = () => page.locator('.verdict .actions').evaluate(({ children }) => children[1]?.clientWidth);
    const before = await width();
    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(await width()).toBe(before);
  });

  test('asks first where no session of the resource was tested, and not where one was', async ({ views }) => {
    const page = await views.dashboard(scene, '#/session/seeded-8/drill');
    await page.getByRole('button', { name: 'Run the drill' }).click();
    // The others on this resource have verdicts: it starts at once.
    await expect.poll(() => said(page)).toContainEqual({ kind: 'drill', session: 'seeded-8' });
    await expect(page.getByRole('alertdialog')).toHaveCount(0);

    const untested = await views.dashboard({ ...scene, sessions: scene.sessions.slice(8) }, '#/session/seeded-8/drill');
    // What will be tried stands there before.
    const attempts = untested.getByRole('table', { name: 'Attempts and answers' });
    await expect(rowsOf(attempts)).toHaveCount(ATTEMPTS.length);
    await expect(rowsOf(attempts).filter({ hasText: 'Waiting' })).toHaveCount(ATTEMPTS.length);
    await expect(attempts.getByRole('row', { name: 'plain bearer token' })).toContainText('must be refused');
    await expect(attempts.getByRole('row', { name: '(jti)' })).toContainText('can be refused');
    await untested.getByRole('button', { name: 'Run the drill' }).click();
    await expect(untested.getByRole('alertdialog', { name: 'Run the drill on mcp.example?' })).toBeVisible();
    expect(await said(untested)).not.toContainEqual({ kind: 'drill', session: 'seeded-8' });
  });
});

test('a short list says in short what there is, and leads to the first drill', async ({ views }) => {
  const { sessions = [], usage = [] } = manySessions(2, { states: ['bound'] });
  const page = await views.dashboard(sceneOf({ sessions, usage }));
  const summary = page.getByRole('region', { name: 'In short' });
  await expect(summary.getByRole('listitem')).toHaveText(['2 agents', 'Bound2', 'Held0', 'Exposed0']);
  await expect(summary).toContainText('2 bound sessions were never drilled');
  await summary.getByRole('link', { name: 'Run the drill' }).click();
  await expect(page).toHaveURL(/#\/session\/seeded-0\/drill$/);
});

test.describe('with a thousand sessions and ten thousand lines', () => {
  const many = manySessions(1_000);
  const formula = {
    at: Date.now() - 20_000_000,
    kind: 'refused',
    server: 'https://evil.example',
    code: '=HYPERLINK("x")',
  };
  const { details, activity = [], ...scene } = sceneOf(many, { activity: [formula] }, manyLines(9_999, many));
  /** Enough of them that most are not drawn. */
  const log = { activity: [...activity.slice(0, 1), ...activity.slice(-999)] };

  test('the table draws what is in sight, at once, and scrolls to its end', async ({ views }) => {
    const page = await views.dashboard(scene);
    const table = tableOf(page);
    await expect(table).toHaveAttribute('aria-rowcount', '1001');
    expect(await rowsOf(table).count()).toBeLessThan(60);
    await table.locator('tbody').getByRole('link').first().focus();
    await page.keyboard.press('End');
    await expect(table.getByRole('row').last()).toHaveAttribute('aria-rowindex', '1001');
    expect(await rowsOf(table).count()).toBeLessThan(60);
    const sorting = await workOf(page, () => table.getByRole('button', { name: 'Resource' }).first().click());
    const filtering = await workOf(page, () => page.getByRole('searchbox').fill('notes desk'));
    await expect(page.getByText(/^\d+ of 1,000 sessions$/)).toBeVisible();
    console.log(`1,000 sessions: sorted with ${sorting} ms of work, filtered with ${filtering} ms`);
    expect(Math.max(sorting, filtering)).toBeLessThan(300);
  });

  test('a link to the oldest session never says, while sessions are still told, that it is gone', async ({ views }) => {
    const page = await views.blank({ ...scene, details });
    const watching = await page.addInitScript(() => {
      const said: string[] = [];
      Object.assign(window, { said });
      new MutationObserver(() => said.push(document.querySelector('.pane h2')?.textContent ?? '')).observe(document, {
        childList: true,
        subtree: true,
      });
    });
    await page.goto(`${views.origin}/src/ui/dashboard/index.html#/session/seeded-999`);
    await expect(page.getByRole('region', { name: 'What is bound to what' })).toBeVisible();
    await expect(tableOf(page).locator('tr.current')).toBeInViewport();
    const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
    expect(said.filter((title) => title.includes('not on the list'))).toEqual([]);
    await watching.dispose();
  });

  test('drawing a thousand sessions is little work, and a second that passes hardly any', { tag: '@waits' }, async ({
    views,
  }) => {
    const page = await views.blank(scene);
    const drawing = await workOf(page, async () => {
      await page.goto(`${views.origin}/src/ui/dashboard/index.html`);
      await rowsOf(tableOf(page)).first().waitFor();
    });
    const idling = await workOf(page, () => page.waitForTimeout(3_000));
    console.log(`1,000 sessions: drawn with ${drawing} ms of work, then ${Math.round(idling / 3)} ms a second`);
    expect(drawing).toBeLessThan(600);
    expect(idling / 3).toBeLessThan(50);
  });

  test('the log shows ten thousand lines without drawing them, and scrolls smoothly', async ({ views }) => {
    const page = await views.dashboard({ activity }, '#/activity');
    const table = tableOf(page, 'Activity');
    await expect(table).toHaveAttribute('aria-rowcount', '10001');
    expect(await rowsOf(table).count()).toBeLessThan(60);
    const steps = 12;
    const work = await workOf(page, () =>
      page.evaluate(async (count) => {
        const box = document.querySelector('.windowed');
        for (let step = 1; step <= count; step += 1) {
          box?.scrollTo(0, (step * box.scrollHeight) / count);
          await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        }
      }, steps),
    );
    console.log(`10,000 lines: ${Math.round(work / steps)} ms of work for a frame in which every row is another`);
    expect(work / steps).toBeLessThan(120);
    await expect(table.getByRole('row').last()).toHaveAttribute('aria-rowindex', '10001');
  });

  test('the log is searched by kind, agent, server, time and words, all of it in the address', async ({ views }) => {
    const page = await views.dashboard(log, '#/activity');
    const table = tableOf(page, 'Activity');
    const status = page.getByRole('status').filter({ hasText: 'lines' });
    await expect(status).toHaveText('1,000 lines');
    await page.getByRole('combobox', { name: 'What happened' }).selectOption('Refused');
    await expect(status).toHaveText('126 of 1,000 lines');
    const words = table.getByRole('row').nth(1);
    await expect(words).toContainText('Refused The server does not take this token');
    await expect(words).toContainText('invalid_token');
    await page.getByRole('combobox', { name: 'Agent' }).selectOption('folio.example');
    await page.getByRole('combobox', { name: 'Server' }).selectOption('tickets.example');
    await page.getByRole('combobox', { name: 'Time' }).selectOption('Last hour');
    await expectColumn(table, 'Agent', 'folio.example');
    await expectColumn(table, 'Server', 'tickets.example');
    await page.getByRole('searchbox').fill('does not take this token');
    await expect(table).toBeVisible();
    const again = await views.dashboard(log, new URL(page.url()).hash);
    await expect(again.getByRole('combobox', { name: 'Agent' })).toHaveValue('https://folio.example');
    await expect(again.getByRole('combobox', { name: 'Time' })).toHaveValue('hour');
    await page.getByRole('searchbox').fill('no such thing');
    await expect(page.getByRole('heading', { name: 'No line is like this.' })).toBeVisible();
  });

  test('at 200 % zoom a line still says what happened, to whom and when', async ({ views }) => {
    const few = manySessions(20);
    const page = await views.dashboard(sceneOf(few, manyLines(60, few)), '#/activity?kind=refused');
    await page.setViewportSize({ width: 640, height: 380 });
    const row = rowsOf(tableOf(page, 'Activity')).filter({ hasText: 'folio.example' }).first();
    const texts = [/does not take this token/, /folio\.example →/, /\/mcp/, /\d:\d\d/, /^401$/];
    for (const text of texts) {
      const cell = row.getByText(text).first();
      await expect(cell).toBeVisible();
      const cut = await cell.evaluate((element) => {
        const box = element.closest('td');
        return box ? Math.max(box.scrollWidth - box.clientWidth, box.scrollHeight - box.clientHeight) : 1;
      });
      expect(cut, String(text)).toBeLessThanOrEqual(1);
    }
  });

  test('what is filtered is exported: no secret, no formula', async ({ views }) => {
    const page = await views.dashboard(log, '#/activity');
    const all = await exported(page, 'JSON');
    expect(all.name).toMatch(/^holdfast-activity-\d{4}-\d\d-\d\d\.json$/);
    const lines = JSON.parse(all.text) as Record<string, unknown>[];
    expect(lines).toHaveLength(1_000);
    expect(Date.parse(String(lines[0]?.at))).toBeGreaterThan(Date.parse(String(lines[1]?.at)));

    await page.getByRole('combobox', { name: 'Server' }).selectOption('evil.example');
    const { name, text } = await exported(page, 'CSV');
    expect(name).toMatch(/\.csv$/);
    expect(text.trimEnd().split('\r\n')).toHaveLength(2);
    expect(text).toContain(`,refused,,,https://evil.example,,"'=HYPERLINK(""x"")"`);
    expect(text).not.toMatch(/(^|,|")[=+@]/m);
    for (const { text: file } of [all, { text }]) expect(/hf_|hfr_|eyJ/.test(file)).toBe(false);
  });
});

test.describe('in Japanese', () => {
  test.use({ locale: 'ja' });

  test('no English is left', async ({ views }) => {
    const catalogue = async (language: string) =>
      JSON.parse(
        await readFile(new URL(`../public/_locales/${language}/messages.json`, import.meta.url), 'utf8'),
      ) as Record<string, { message: string }>;
    const [english, japanese] = await Promise.all([catalogue('en'), catalogue('ja')]);
    const pattern = (message: string) =>
      new RegExp(`^${message.replace(/[.*+?^{}()|[\]\\]/g, '\\$&').replace(/\$\w+\$/g, '.+')}$`);
    const left = Object.entries(english)
      .filter(
        ([key, { message }]) => message !== japanese[key]?.message && /[a-z]/i.test(message.replace(/\$\w+\$/g, '')),
      )
      .map(([, { message }]) => pattern(message));
    const many = manySessions(20);
    const [site, server] = ['https://desk.example', 'https://mcp.example'];
    const scene = { ...sceneOf(many, manyLines(60, many)), sites: [site], consents: { [site]: [server] } };
    const page = await views.dashboard(scene);
    const seen = new Set<string>();
    for (const hash of [
      ...['#/', '#/session/seeded-0', '#/session/seeded-3', '#/session/seeded-10/drill'],
      ...['#/activity', '#/settings', '#/cookies', '#/nowhere'],
    ]) {
      await goTo(page, hash);
      await page.reload();
      await page.getByRole('heading', { level: 2 }).or(page.getByRole('table')).first().waitFor();
      const texts = await page.evaluate(() => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found: string[] = [];
        while (walker.nextNode()) found.push(walker.currentNode.textContent?.trim() ?? '');
        for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
          for (const name of ['aria-label', 'title', 'placeholder']) found.push(element.getAttribute(name) ?? '');
        }
        return found.filter(Boolean);
      });
      expect(texts.length).toBeGreaterThan(4);
      const unseen = [...new Set(texts)].filter((text) => !seen.has(text));
      expect(
        unseen.filter((text) => left.some((one) => one.test(text))),
        hash,
      ).toEqual([]);
      for (const text of unseen) seen.add(text);
    }
  });
});

test('a question stands in the dashboard too, which stays when it is answered; the session’s facts say what was allowed', async ({
  views,
}) => {
  const scene = sceneOf(manySessions(1, { agents: ['https://folio.example'], states: ['bound'] }));
  const [first] = scene.sessions;
  if (first?.state !== 'bound') throw new Error('There is no bound session');
  const { id, agent, resource = '' } = first;
  const address = new URL('/files', resource).href;
  const ask = { id: 'q', agent, origins: [], until: Date.now() + 45_000, further: { session: id, resource, address } };
  const sessions = [{ ...first, further: [new URL('/search', resource).href] }];
  const page = await views.dashboard({ ...scene, sessions, asks: [ask] }, `#/session/${id}`);
  await page.evaluate(() => {
    window.close = () => document.body.setAttribute('data-closed', '');
  });
  const question = page.getByRole('alertdialog');
  await expect(question).toHaveAccessibleName(/^folio\.example wants to use this session at .*\/files too\.$/);
  for (const [name, kind] of Object.entries({ Allow: 'allowFurther', 'Not now': 'decline' })) {
    await question.getByRole('button', { name }).click();
    await expect.poll(() => said(page)).toContainEqual({ kind, ask: 'q' });
  }
  await tell(page, { kind: 'asks', asks: [] });
  await expect(question).toHaveCount(0);
  await expect(page.locator('[data-closed]')).toHaveCount(0);
  await expect(fact(page, 'Further addresses')).toContainText('/search and everything below');
});
