import type { Page } from '@playwright/test';
import type { SessionView } from '../src/messages/ui.ts';
import { expectAccessible, expectZoomable } from './support/accessible.ts';
import { fact } from './support/dashboard.ts';
import { manySessions } from './support/many.ts';
import { openMenu } from './support/menu.ts';
import { sceneOf } from './support/scene.ts';
import { called, expect, type Scene, said, tell, test } from './support/views.ts';
import { sessionsIn } from './support/world.ts';

const AGENT = 'http://agent.localhost:7999';
const SERVER = 'https://mcp.example/mcp';
const SECRET = 'sk-live-51Hq2kXyZ0aBcDeFgHiJ';
const HANDLE = `hfk_${'x'.repeat(43)}`;
const PROTECTED: Scene = { sites: ['https://desk.example', AGENT] };
const KEY = { kind: 'keep', agent: AGENT, server: SERVER, header: 'Authorization', scheme: 'Bearer', name: '' };

const sceneWith = (...states: readonly string[]): Scene & { readonly sessions: readonly SessionView[] } => ({
  ...PROTECTED,
  ...sceneOf(manySessions(states.length, { agents: [AGENT], resources: [SERVER], states })),
});
const secret = (page: Page) => page.getByLabel('Key or token');
const keep = (page: Page) => page.getByRole('button', { name: 'Keep the key' }).click();
const kept = async (page: Page) => (await said(page)).filter(({ kind }) => kind === 'keep');

test.describe('the page on which a key is given', () => {
  test('sends what was typed once, asks Chrome for the server, and shows the handle alone', async ({ views }) => {
    await views.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await views.keep(PROTECTED, { agent: AGENT, server: SERVER });
    await expect(page.getByText('It leaves as Authorization: Bearer …')).toBeVisible();
    await expect(secret(page)).toHaveAttribute('type', 'password');
    await secret(page).fill(` Bearer ${SECRET}\n`);
    await page.getByLabel('Name', { exact: true }).fill('Notes');
    await keep(page);
    await expect(page.getByRole('heading', { name: 'The key is kept' })).toBeFocused();
    await expect(page.getByText('It works for agent.localhost:7999 at mcp.example/mcp')).toBeVisible();
    await expect
      .poll(() => said(page))
      .toEqual([
        { kind: 'allow', agent: AGENT, servers: ['https://mcp.example'] },
        { ...KEY, name: 'Notes', secret: SECRET },
      ]);
    expect(await called(page)).toEqual([
      { name: 'permissions.request', given: { origins: ['https://mcp.example/*'] } },
    ]);
    await page.getByRole('button', { name: 'Copy the handle' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(HANDLE);
    expect(await page.content()).not.toContain(SECRET);
  });

  test('takes another header without a scheme, and offers the servers that the agent uses', async ({ views }) => {
    const scene = { ...sceneWith('exposed'), consents: { [AGENT]: ['https://api.example'] } };
    const page = await views.keep(scene, { agent: AGENT });
    const offered = page.locator('datalist').first().locator('option');
    expect(await offered.evaluateAll((options) => options.map((one) => one.getAttribute('value')))).toEqual([
      SERVER,
      'https://api.example',
    ]);
    await page.getByLabel('Server').fill('https://api.example/v1');
    await page.getByLabel('Header').fill('X-API-Key');
    await expect(page.getByText('It leaves as X-API-Key: …')).toBeVisible();
    await secret(page).fill(SECRET);
    await keep(page);
    await expect
      .poll(() => kept(page))
      .toEqual([{ ...KEY, server: 'https://api.example/v1', header: 'X-API-Key', scheme: '', secret: SECRET }]);
  });

  test('says what is wrong beside each field, and sends nothing', async ({ views }) => {
    const page = await views.keep(PROTECTED, { agent: AGENT });
    for (const [server, header, scheme, key, sentences] of [
      ['', 'Authorization', 'Bearer', '', ['Type the server’s full address', 'Type or paste the key.']],
      [
        'http://mcp.example',
        'Cookie',
        'DPoP',
        HANDLE,
        ['only over https', 'No key goes into this header', 'needs proofs', 'a handle of Holdfast’s'],
      ],
      [
        'https://a@mcp.example/?x=1',
        'X Key',
        'two words',
        'a b',
        ['Leave out the user name', 'no name of a header', 'One word without spaces', 'no spaces and no line breaks'],
      ],
    ] as const) {
      await page.getByLabel('Server').fill(server);
      await page.getByLabel('Header').fill(header);
      await page.getByLabel('Word before the key').fill(scheme);
      await secret(page).fill(key);
      await keep(page);
      for (const sentence of sentences) await expect(page.getByText(sentence)).toBeVisible();
    }
    await expect(secret(page)).toHaveAttribute('aria-invalid', 'true');
    await expect.poll(() => said(page)).toEqual([]);
    expect(await called(page)).toEqual([]);
    await expectAccessible(page);
    await expectZoomable(page);
  });

  test('is closed while Holdfast is locked, and where no site is protected', async ({ views }) => {
    const passkey = { credentialId: 'a', salt: 'a' };
    const locked = { ...PROTECTED, lock: { state: 'locked', passkey, idleMinutes: 15, waiting: [] } } as const;
    const page = await views.keep(locked, { agent: AGENT, server: SERVER });
    await expect(page.getByRole('button', { name: 'Unlock' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Keep the key' })).toBeDisabled();
    const none = await views.keep({}, { agent: AGENT });
    await expect(none.getByText('Protect the agent’s site first.')).toBeVisible();
    await expect(secret(none)).toHaveCount(0);
  });
});

test('a given key says what it is and what it is not, and offers nothing of a key of Holdfast’s', async ({ views }) => {
  const popup = await views.popup(sceneWith('given'), AGENT);
  const card = sessionsIn(popup).getByRole('article');
  await expect(card.getByText('Given key', { exact: true })).toBeVisible();
  await expect(card).toContainText('cannot read the key. A copy from elsewhere would still work.');
  await expect(card.getByText('Search key', { exact: true })).toBeVisible();
  await card.getByText('Details').click();
  await expect(card).toContainText('binds the key to nothing');
  await expect(fact(card, 'Header')).toHaveText('Authorization: Bearer …');
  await expect(card).not.toContainText('no expiry stated');
  const menu = await openMenu(card, 'More for');
  await expect(menu.getByRole('menuitem')).toHaveText(['Open in the dashboard', 'Handle, name, replace…', 'Delete…']);
  await menu.getByRole('menuitem', { name: 'Delete…' }).click();
  const question = card.getByRole('alertdialog', { name: 'Delete this key?' });
  await expect(question).toContainText('The server is not told');
  await question.getByRole('button', { name: 'Delete the key' }).click();
  await expect.poll(() => said(popup)).toContainEqual({ kind: 'revoke', session: 'seeded-0' });
});

test('a given key is renamed, replaced and deleted, and its handle shown again', async ({ views }) => {
  const scene = sceneWith('given');
  const page = await views.keep(scene, { session: 'seeded-0' });
  await expect(page.getByRole('heading', { level: 1, name: 'Search key' })).toBeVisible();
  await expect(page.getByText(HANDLE)).toBeVisible();
  await page.getByRole('button', { name: 'Replace the key' }).click();
  await expect(page.getByText('Type or paste the key.')).toBeVisible();
  await secret(page).fill(SECRET);
  await page.getByRole('button', { name: 'Replace the key' }).click();
  await expect(page.getByRole('status').getByText('Replaced. The handle stays the same.')).toBeVisible();
  await expect(secret(page)).toHaveValue('');
  await page.getByLabel('Name', { exact: true }).fill('Notes');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete the key' }).click();
  await expect
    .poll(async () => (await said(page)).filter(({ kind }) => kind !== 'allow'))
    .toEqual([
      { kind: 'showHandle', session: 'seeded-0' },
      { kind: 'replace', session: 'seeded-0', secret: SECRET },
      { kind: 'rename', session: 'seeded-0', name: 'Notes' },
      { kind: 'revoke', session: 'seeded-0' },
    ]);
  await expectAccessible(page);
  await tell(page, { kind: 'sessions', changed: [], removed: ['seeded-0'] });
  await expect(page.getByText('This key is not kept any more.')).toBeVisible();
});

test('in the dashboard a given key has its own picture, nothing to drill, and the way to change it', async ({
  views,
}) => {
  const page = await views.dashboard(sceneWith('given'), '#/session/seeded-0');
  const picture = page.getByRole('region', { name: 'What is bound to what' });
  for (const sentence of [
    'The page holds a handle',
    'You gave this key to Holdfast.',
    'Whoever has the token is let in.',
  ])
    await expect(picture.getByText(sentence)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Handle, name, replace…' })).toBeVisible();
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('alertdialog', { name: 'Delete this key?' })).toBeVisible();
  await page.getByRole('link', { name: 'Enforcement drill' }).click();
  await expect(page.getByText('a given key is bound to nothing')).toBeVisible();
});

test('for a key that was typed into the page, the popup advises to keep it', async ({ views }) => {
  const scene = sceneWith('exposed');
  const sessions = scene.sessions.map((session) => ({ ...session, reason: 'typed' }) as SessionView);
  const popup = await views.popup({ ...scene, sessions }, AGENT);
  const card = sessionsIn(popup).getByRole('article');
  await expect(card).toContainText('a key or a token that came from no sign-in here');
  const link = card.getByRole('link', { name: 'Keep a key…' });
  const target = new URL((await link.getAttribute('href')) ?? '', 'http://any.localhost');
  expect(Object.fromEntries(target.searchParams)).toEqual({ agent: AGENT, server: SERVER });

  const empty = await views.popup(PROTECTED, AGENT);
  await expect(empty.getByRole('link', { name: 'Keep a key…' })).toBeVisible();
});
