import type { Locator, Page } from '@playwright/test';
import { WITH_PANEL } from '../src/demo/chromium.ts';
import { openDevTools } from './support/devtools.ts';
import { call, connect, expect, openAgent, openPanel, signedIn, signIn, test } from './support/world.ts';

/** The rows of requests, without the head. */
const rowsIn = (panel: Page): Locator =>
  panel.getByRole('table', { name: 'MCP sessions' }).locator('tbody').getByRole('row');
/** Its name may have a “what is this?” beside it. */
const factIn = (panel: Page, name: string): Locator =>
  panel
    .getByRole('term')
    .filter({ hasText: new RegExp(`^${name}$`) })
    .locator('xpath=following-sibling::dd[1]');

test('the panel shows each MCP request of its page, and why the server said no', async ({ world }) => {
  test.slow();
  let refusesAll = false;
  const { agent, browser, mcp, page } = await signedIn(world, {
    mcp: {
      intercept: (request, response) => {
        if (!refusesAll || request.method === 'OPTIONS') return false;
        const repeated = `DPoP error="invalid_token", error_description="Not with ${request.headers.authorization}"`;
        response.writeHead(401, { 'WWW-Authenticate': repeated, 'Access-Control-Allow-Origin': '*' }).end();
        return true;
      },
    },
  });
  const isLooking = async () => (await browser.worker()).evaluate(() => chrome.webRequest.onCompleted.hasListeners());
  expect(await isLooking()).toBe(false);
  const panel = await openPanel(browser, agent.origin);
  await expect.poll(isLooking).toBe(true);
  await test.step('nothing yet', async () => {
    await expect(panel.getByText('Requests are shown from now on.')).toBeVisible();
  });

  await test.step('a call, its nonce challenge and its repetition', async () => {
    // A panel that has just been shown may miss the first call.
    await expect.poll(async () => call(page).then(() => rowsIn(panel).count())).toBeGreaterThan(0);
    await panel.getByRole('button', { name: 'Clear' }).click();
    mcp.expireNonces();
    await call(page);
    await expect(rowsIn(panel)).toHaveCount(2);
    await expect(rowsIn(panel).nth(0)).toContainText('tools/call list_notes');
    await expect(rowsIn(panel).nth(0)).toContainText('401 nonce wanted');
    await expect(rowsIn(panel).nth(1)).toContainText('200 served');
    await rowsIn(panel).nth(0).click();
    await expect(factIn(panel, 'Nonce')).toContainText('The server did not take the nonce that was sent');
    await expect(factIn(panel, 'Session')).toContainText('Bound');
    await expect(factIn(panel, 'Session')).toContainText('Not tested');
    await expect(panel.getByText('The nonce in the proof is not valid.')).toBeVisible();
    await expect(panel.getByText('RFC 9449 §9', { exact: true })).toBeVisible();
  });

  await test.step('the repetition, by the keyboard: its proof, part by part, and where the time went', async () => {
    await expect(rowsIn(panel).nth(0).getByRole('button')).toBeFocused();
    await panel.keyboard.press('ArrowDown');
    await expect(rowsIn(panel).nth(1)).toHaveAttribute('aria-current', 'true');
    await expect(factIn(panel, 'Answer')).toContainText('sent again after a refusal');
    await expect(factIn(panel, 'Nonce')).toHaveText('Sent, as the server had just asked.');
    await expect(factIn(panel, 'Holdfast')).toHaveText(/^The request waited [\d.]+ ms for its proof\.$/);
    const sent = mcp.log.at(-1);
    const proof = panel.getByRole('table').last();
    for (const [part, value] of Object.entries({ ...sent?.proof?.claims, typ: 'dpop+jwt', alg: 'ES256' })) {
      await expect(proof.getByRole('row', { name: new RegExp(`^${part} `) })).toContainText(String(value));
    }
    for (const part of ['alg', 'jwk', 'htm', 'htu', 'ath']) {
      await expect(proof.getByRole('row', { name: new RegExp(`^${part} `) })).toContainText('✓ fits');
    }
    await panel.keyboard.press('Escape');
    await expect(panel.getByRole('heading', { level: 2 })).toHaveCount(0);
  });

  await test.step('a refusal, in the server’s words but for the token', async () => {
    refusesAll = true;
    await call(page).catch(() => undefined);
    refusesAll = false;
    const refused = rowsIn(panel).filter({ hasText: '401 refused' }).first();
    await refused.click();
    await expect(panel.getByText('Not with DPoP …')).toBeVisible();
    await expect(panel.getByText(/The server does not accept the access token/)).toBeVisible();
    await expect(panel.getByText('The page cannot read WWW-Authenticate')).toBeVisible();
    const state = JSON.stringify(await panel.evaluate(() => document.documentElement.outerHTML));
    expect(state).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/); // no token, and no signed proof
  });

  await test.step('what else the page sends there: nothing, or a token of its own', async () => {
    await page.evaluate(async (url) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
      await fetch(url, { method: 'POST', body });
      await fetch(url, { method: 'POST', body, headers: { Authorization: 'Bearer its-own' } });
    }, mcp.resource);
    await expect(rowsIn(panel).filter({ hasText: 'no token' })).toHaveCount(1);
    await expect(rowsIn(panel).filter({ hasText: 'plain bearer token' })).toHaveCount(1);
  });

  await test.step('a request that the server’s preflight stops, and what its author has to change', async () => {
    const status = (url: string) => fetch(url, { method: 'PUT', headers: { 'x-odd': '1' } }).catch(() => undefined);
    expect(await page.evaluate(status, mcp.resource)).toBeUndefined();
    await rowsIn(panel).filter({ hasText: 'PUT' }).click();
    await expect(panel.getByText('list x-odd in Access-Control-Allow-Headers')).toBeVisible();
  });

  await test.step('nothing is looked at while no panel is open', async () => {
    await panel.close();
    await expect.poll(isLooking).toBe(false);
  });
});

test('in Chrome’s own DevTools the panel is there, follows its page, and clears with it unless it is to stay', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp], await world.browser({ extensions: [WITH_PANEL] }));
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });

  const { devtools, targets, evaluate } = await openDevTools(page);
  const view = `${`chrome-extension://${browser.id}`}MCPsessions`;
  const show = `import('./ui/legacy/legacy.js').then(({ ViewManager }) => ViewManager.ViewManager.instance().showView('${view}'))`;
  const showPanel = () => evaluate(devtools, show);
  const panels = async () => (await targets()).filter(({ url }) => url.endsWith('/src/ui/devtools/panel.html'));
  const texts = async () =>
    Promise.all((await panels()).map(({ targetId }) => evaluate<string>(targetId, 'document.body?.innerText ?? ""')));
  const press = async (selector: string) =>
    Promise.all(
      (await panels()).map(({ targetId }) => evaluate(targetId, `document.querySelector('${selector}').click()`)),
    );
  const served = expect.arrayContaining([expect.stringContaining('tools/call list_notes')]);

  /** DevTools that have just been opened show nothing yet, or know no panel of an extension. */
  const shown = () =>
    showPanel()
      .catch(() => undefined)
      .then(texts);
  /** A panel that has just been shown may miss the first call. */
  const afterCalling = async () => {
    await showPanel();
    await call(page);
    return texts();
  };

  await expect
    .poll(shown, { timeout: 20_000 })
    .toContainEqual(expect.stringContaining('Requests are shown from now on.'));
  await expect.poll(afterCalling).toEqual(served);
  await page.reload();
  await expect.poll(texts).not.toEqual(served);
  await page.waitForFunction(() => 'agent' in window);
  await connect(page, { sdk: 'v2', resource: mcp.resource });
  await expect.poll(afterCalling).toEqual(served);
  await press('input[type=checkbox]');
  await page.reload();
  await page.waitForFunction(() => 'agent' in window);
  await expect.poll(texts).toEqual(served);
});
