import type { Page } from '@playwright/test';
import type { LoopbackServer } from '../src/demo/loopback.ts';
import { startDemo } from '../src/demo/start.ts';
import { hostileSite } from './support/hostile/site.ts';
import { type KeyServer, keyServer } from './support/key-server.ts';
import { chooseIn } from './support/menu.ts';
import { sweep } from './support/sweep.ts';
import { type Browser, expect, openAgent, openPanel, openPopup, sessionsIn, test } from './support/world.ts';

const SECRET = 'sk-live-51Hq2kXyZ0aBcDeFgHiJ';
const OTHER = 'sk-live-0000000000000000next';

interface Given {
  readonly header?: string;
  readonly scheme?: string;
  readonly name?: string;
  readonly secret?: string;
}

/** The person keeps a key on Holdfast's own page. @returns the handle */
async function keep({ context, id }: Browser, agent: LoopbackServer, server: string, given: Given): Promise<string> {
  const page = await context.newPage();
  const query = new URLSearchParams({ agent: agent.origin, server });
  await page.goto(`chrome-extension://${id}/src/ui/keep/index.html?${query}`);
  if (given.header !== undefined) await page.getByLabel('Header').fill(given.header);
  if (given.scheme !== undefined) await page.getByLabel('Word before the key').fill(given.scheme);
  const { secret = SECRET, name = 'Search' } = given;
  await page.getByLabel('Key or token').fill(secret);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Keep the key' }).click();
  await expect(page.getByRole('heading', { name: 'The key is kept' })).toBeVisible();
  const handle = (await page.getByRole('region', { name: 'Handle' }).locator('code').textContent()) ?? '';
  expect(handle).toMatch(/^hfk_[\w-]{43}$/);
  expect(await page.content()).not.toContain(secret);
  await page.close();
  return handle;
}

/** What the page's script is answered: a status, or why there is none. */
const ask = (page: Page, url: string, headers: Record<string, string>) =>
  page.evaluate(
    ([to, sent]) =>
      fetch(to, { method: 'POST', headers: sent, body: '{}' }).then(
        ({ status }) => status,
        (error) => String(error),
      ),
    [url, headers] as const,
  );

/** The same, by the other ways in which a page sets headers. */
const askOtherwise = (page: Page, url: string, name: string, value: string) =>
  page.evaluate(
    async ([to, header, sent]) => {
      const headers = new Headers([[header, sent]]);
      const byXhr = () =>
        new Promise<number>((resolve) => {
          const xhr = new XMLHttpRequest();
          xhr.open('GET', to);
          xhr.setRequestHeader(header, sent);
          xhr.onloadend = () => resolve(xhr.status);
          xhr.send();
        });
      return [
        (await fetch(new Request(to, { headers }))).status,
        (await fetch(new Request(to), { headers })).status,
        (await fetch(to, { headers: [[header, sent]] })).status,
        await byXhr(),
      ];
    },
    [url, name, value] as const,
  );

function expectNowhereElse(server: KeyServer, path: string): void {
  for (const { method, path: arrived } of server.with(SECRET)) {
    expect(method).not.toBe('OPTIONS');
    expect(arrived.startsWith(path)).toBe(true);
  }
}

test('a key that a person gave reaches its server and path in its header, for its agent, and the page never reads it', async ({
  world,
}) => {
  const [agent, other] = [await world.agent('agent', await hostileSite()), await world.agent('other')];
  const server = await keyServer(world, 'api', [SECRET]);
  const elsewhere = await keyServer(world, 'elsewhere', [SECRET]);
  const browser = await world.protect(agent, []);
  await world.protect(other, [server]);
  const handle = await keep(browser, agent, `${server.origin}/v1`, { header: 'X-API-Key' });
  const page = await openAgent(browser, agent);
  const headers = { 'x-api-key': handle };
  expect(await ask(page, `${server.origin}/v1/search`, headers)).toBe(200);
  expect(await askOtherwise(page, `${server.origin}/v1`, 'X-API-Key', handle)).toEqual([200, 200, 200, 200]);
  let served = server.with(SECRET).length;
  expect(served).toBe(5);

  // Not beside its path, in another header, at another server, or in the page of another agent.
  for (const path of ['/', '/v2', '/v10']) expect(await ask(page, `${server.origin}${path}`, headers)).toBe(403);
  expect(await ask(page, `${server.origin}/v1`, { authorization: `Bearer ${handle}` })).toBe(403);
  expect(await ask(page, `${elsewhere.origin}/v1`, headers)).toBe(403);
  expect(await ask(await openAgent(browser, other), `${server.origin}/v1`, headers)).toBe(401);
  // Nor where its server sends the request on to, of its own origin or another.
  for (const status of ['302', '307', '308']) {
    for (const to of [`${server.origin}/v2`, `${elsewhere.origin}/v1`]) {
      const before = server.with(SECRET).length;
      const answer = await ask(page, `${server.origin}/v1?${new URLSearchParams({ to, status })}`, headers);
      expect([401, 'TypeError: Failed to fetch'], `${status} ${to}`).toContain(answer);
      expect(server.with(SECRET).length, `${status} ${to}`).toBe(before + 1);
    }
  }
  served += 6;
  // Nor in a request of the page's own, a moment later.
  expect(await ask(page, `${server.origin}/v1`, { 'x-api-key': 'guess' })).toBe(401);
  expect(server.with(SECRET)).toHaveLength(served);
  expect(elsewhere.with(SECRET)).toEqual([]);
  expectNowhereElse(server, '/v1');
  expect(await sweep(page)).not.toContain(SECRET);

  const popup = await openPopup(browser, agent.origin);
  const card = sessionsIn(popup).getByRole('article');
  await expect(card.getByText('Given key', { exact: true })).toBeVisible();
  await expect(card).toContainText('Search');
  await card.getByRole('button', { name: 'Details' }).click();
  await expect(card).toContainText('X-API-Key: …');
  expect(await popup.content()).not.toMatch(new RegExp(`${SECRET}|hfk_`));
});

test('a kept key is replaced behind its handle, and deleted with it', async ({ world }) => {
  const agent = await world.agent();
  const server = await keyServer(world, 'api', [SECRET, OTHER]);
  const browser = await world.protect(agent, []);
  const handle = await keep(browser, agent, `${server.origin}/mcp`, { name: '' });
  const page = await openAgent(browser, agent);
  const headers = { authorization: `Bearer ${handle}` };
  expect(await ask(page, `${server.origin}/mcp`, headers)).toBe(200);
  expect(server.with(SECRET)).toMatchObject([{ method: 'POST', authorization: `Bearer ${SECRET}` }]);

  const popup = await openPopup(browser, agent.origin);
  const card = sessionsIn(popup).getByRole('article');
  const opening = browser.context.waitForEvent('page');
  await chooseIn(card, 'More for', 'Handle, name, replace…');
  const change = await opening;
  await expect(change.getByText(handle)).toBeVisible();
  await change.getByLabel('Key or token').fill(`Bearer ${OTHER}`);
  await change.getByRole('button', { name: 'Replace the key' }).click();
  await expect(change.getByText('Replaced. The handle stays the same.')).toBeVisible();
  expect(await ask(page, `${server.origin}/mcp`, headers)).toBe(200);
  expect(server.with(OTHER)).toMatchObject([{ authorization: `Bearer ${OTHER}` }]);

  await popup.bringToFront();
  await chooseIn(card, 'More for', 'Delete…');
  await card.getByRole('button', { name: 'Delete the key' }).click();
  await expect(card).toHaveCount(0);
  expect(await ask(page, `${server.origin}/mcp`, headers)).toBe(401);
  expect(server.log.at(-1)).toMatchObject({ authorization: `Bearer ${handle}` });
  expectNowhereElse(server, '/mcp');
});

test('a key that was typed into the page is noticed, and the way to keep it is offered', async ({ world }) => {
  const agent = await world.agent();
  const server = await keyServer(world, 'api', [SECRET]);
  const browser = await world.protect(agent, []);
  const page = await openAgent(browser, agent);
  const mcp = { accept: 'application/json, text/event-stream' };
  expect(await ask(page, `${server.origin}/mcp`, { ...mcp, authorization: `Bearer ${SECRET}` })).toBe(200);
  const popup = await openPopup(browser, agent.origin);
  const card = sessionsIn(popup).getByRole('article');
  await expect(card).toContainText('Perhaps you typed it into the page.');
  const opening = browser.context.waitForEvent('page');
  await card.getByRole('link', { name: 'Keep a key…' }).click();
  const form = await opening;
  await expect(form.getByLabel('Server')).toHaveValue(`${server.origin}/mcp`);
  await form.getByLabel('Key or token').fill(SECRET);
  await form.getByRole('button', { name: 'Keep the key' }).click();
  await expect(card.getByText('Given key', { exact: true })).toBeVisible();
  const handle = (await form.getByRole('region', { name: 'Handle' }).locator('code').textContent()) ?? '';
  const panel = await openPanel(browser, agent.origin);
  const presenting = { ...mcp, authorization: `Bearer ${handle}` };
  expect(await ask(page, `${server.origin}/mcp`, presenting)).toBe(200);
  expect(server.log.at(-1)).toMatchObject({ authorization: `Bearer ${SECRET}` });
  expect(await ask(page, `${server.origin}/mcp/repeated`, presenting)).toBe(401);
  const rows = panel.getByRole('table').locator('tbody').getByRole('row');
  await expect(rows.filter({ hasText: 'given key, no proof' })).toHaveCount(2);
  await rows.filter({ hasText: '401 refused' }).getByRole('button').click();
  await expect(panel.getByText('invalid_token').first()).toBeVisible();
  expect(await panel.content()).not.toContain(SECRET);
  await expect(card).toContainText('repeats');
});

test('the demo’s agent takes a handle where it asks for a key', async ({ world }) => {
  const demo = await startDemo({ ports: 'ephemeral' });
  try {
    const browser = await world.protect(demo.agent, []);
    const handle = await keep(browser, demo.agent, demo.mcp.resource, { secret: demo.apiKey });
    const page = await browser.context.newPage();
    await page.goto(`${demo.agent.origin}/?stage=off`);
    await page.getByText('Use a key instead').click();
    await page.getByLabel('Key', { exact: true }).fill(handle);
    await page.getByRole('button', { name: 'Use the key' }).click();
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
    const stored = await page.evaluate(() => JSON.stringify(localStorage));
    expect(stored).toContain(handle);
    expect(stored).not.toContain(demo.apiKey);
    expect(demo.mcp.log.filter(({ sub }) => sub === 'Ada').length).toBeGreaterThan(1);
    expect(demo.mcp.log.some(({ tokenOnOptions }) => tokenOnOptions)).toBe(false);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Use a key instead').click();
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
  } finally {
    await demo.close();
  }
});
