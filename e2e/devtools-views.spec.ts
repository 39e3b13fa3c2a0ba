import type { Locator, Page } from '@playwright/test';
import type { InspectedRequest } from '../src/messages/inspection.ts';
import { expectAccessible } from './support/accessible.ts';
import { expectNoBarriers, workOf } from './support/dashboard.ts';
import { manySessions } from './support/many.ts';
import { sceneOf } from './support/scene.ts';
import { called, expect, type Scene, said, tell, test } from './support/views.ts';

const RESOURCE = 'https://mcp.example/mcp';

/** A served call of a tool. */
function requestOf(index: number, rest: Partial<InspectedRequest> = {}): InspectedRequest {
  const at = Date.now() + index;
  return {
    ...{ id: String(index), at, method: 'POST', url: RESOURCE, mcp: {}, isRetry: false },
    ...{ presents: 'bound', session: 'seeded-0', rpc: { method: 'tools/call', name: 'list_notes' } },
    proof: {
      at,
      header: { typ: 'dpop+jwt', alg: 'ES256' },
      claims: { htm: 'POST', htu: RESOURCE, jti: `jti ${index}` },
    },
    checks: { signature: true, htm: true, htu: true, ath: true, key: true },
    made: { took: 2, ahead: 100 },
    answer: { at: at + 20, status: 200, challenges: [] },
    endedAt: at + 25,
    ...rest,
  };
}

const refusalOf = (at: number, error: string) => ({ at, status: 401, challenges: [{ scheme: 'DPoP', error }] });

/** Served, challenged, refused, and two without a bound token. */
function requests(): readonly InspectedRequest[] {
  const ping = { rpc: { method: 'ping' }, session: undefined, proof: undefined, checks: undefined };
  return [
    requestOf(0, { answer: refusalOf(Date.now(), 'use_dpop_nonce') }),
    requestOf(1, { isRetry: true }),
    requestOf(2, { answer: refusalOf(Date.now(), 'invalid_token') }),
    requestOf(3, { ...ping, presents: 'nothing' }),
    requestOf(4, { ...ping, presents: 'bearer' }),
  ];
}

const sceneWith = (inspected: readonly InspectedRequest[]): Scene => ({
  ...sceneOf(manySessions(1, { resources: [RESOURCE] })),
  inspected,
});

/** The rows of requests, without the head. */
const rowsIn = (panel: Page): Locator =>
  panel.getByRole('table', { name: 'MCP sessions' }).locator('tbody').getByRole('row');

test('the panel asks for the requests of its tab, and says when there are none', async ({ views }) => {
  const panel = await views.panel(sceneWith([]));
  await expect(panel.getByText('Requests are shown from now on.')).toBeVisible();
  await expect.poll(() => said(panel)).toEqual([{ kind: 'inspect', tab: 1 }]);
  await panel.getByRole('button', { name: 'Reload the page' }).click();
  expect(await called(panel)).toEqual([{ name: 'tabs.reload', given: 1 }]);
  await tell(panel, { kind: 'inspected', requests: requests() });
  await expect(rowsIn(panel)).toHaveCount(5);
  await panel.getByRole('button', { name: 'Clear' }).click();
  await expect(panel.getByText('Requests are shown from now on.')).toBeVisible();
});

test('a narrow panel leaves out columns, and never what a request carried; a wider one has them again', async ({
  views,
}) => {
  const panel = await views.panel(sceneWith(requests()));
  const heads = panel.getByRole('columnheader');
  await expect(heads).toHaveText([/Time/, /Request/, /Answer/, /Duration/, /Session/, /Carried/, /Resource/]);
  await panel.setViewportSize({ width: 560, height: 700 });
  await expect(heads).toHaveText([/Request/, /Answer/, /Carried/]);
  const room = await panel.locator('.windowed').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  expect(room).toBe(0);
  await panel.setViewportSize({ width: 860, height: 700 });
  await expect(heads).toHaveText([/Request/, /Answer/, /Session/, /Carried/, /Resource/]);
});

test('the dashboard shows the same for a tab that the person chooses, and looks at no tab any more when it is left', async ({
  views,
}) => {
  const site = 'https://agent.example';
  const tab = { id: 7, url: `${site}/chat`, title: 'Folio' };
  const page = await views.dashboard({ ...sceneWith(requests()), sites: [site], tab }, '#/requests');
  await expect(page.getByText('Choose the tab whose MCP requests you want to see.')).toBeVisible();
  await page.getByRole('combobox', { name: 'Requests of' }).selectOption('Folio · agent.example');
  await expect(rowsIn(page)).toHaveCount(5);
  await expect(page.getByRole('checkbox', { name: 'Preserve log' })).toHaveCount(0);
  await rowsIn(page).nth(0).click();
  await expect(page.getByRole('heading', { level: 2, name: 'tools/call list_notes' })).toBeVisible();
  await expectNoBarriers(page);
  await page.getByRole('link', { name: 'Settings' }).click();
  const inspects = async () => (await said(page)).filter(({ kind }) => kind === 'inspect');
  await expect.poll(inspects).toEqual([{ kind: 'inspect', tab: 7 }, { kind: 'inspect' }]);
  const none = await views.dashboard({}, '#/requests');
  await expect(none.getByText('No page of a protected site is open.')).toBeVisible();
});

test('it filters by words and by kind, and says how many are left', async ({ views }) => {
  const panel = await views.panel(sceneWith(requests()));
  const filter = panel.getByRole('searchbox', { name: 'Filter' });
  await filter.fill('ping bearer');
  await expect(rowsIn(panel)).toHaveCount(1);
  await expect(panel.getByText('1 of 5 requests')).toBeVisible();
  await filter.fill('nothing has this');
  await expect(panel.getByText('No request matches the filter.')).toBeVisible();
  await filter.fill('');
  await panel.getByRole('button', { name: 'nonce wanted' }).click();
  await expect(rowsIn(panel)).toHaveCount(1);
  await panel.getByRole('button', { name: 'nonce wanted' }).click();
  await expect(rowsIn(panel)).toHaveCount(5);
});

test('the keyboard alone goes through the rows, closes the details and makes columns wider', async ({ views }) => {
  const panel = await views.panel(sceneWith(requests()));
  await rowsIn(panel).nth(0).getByRole('button').focus();
  await panel.keyboard.press('ArrowDown');
  await expect(rowsIn(panel).nth(1)).toHaveAttribute('aria-current', 'true');
  await expect(panel.getByRole('heading', { level: 2, name: 'tools/call list_notes' })).toBeVisible();
  await panel.keyboard.press('Escape');
  await expect(panel.getByRole('heading', { level: 2 })).toHaveCount(0);

  const handle = panel.getByRole('separator', { name: 'Width of the column Request' });
  const before = Number(await handle.getAttribute('aria-valuenow'));
  await handle.focus();
  await panel.keyboard.press('ArrowRight');
  await expect(handle).toHaveAttribute('aria-valuenow', String(before + 8));
});

test('it copies a request for the shell and for an issue', async ({ views }) => {
  await views.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const panel = await views.panel(sceneWith(requests()));
  await rowsIn(panel).filter({ hasText: '200 served' }).first().click();
  const clipboard = () => panel.evaluate(() => navigator.clipboard.readText());
  await panel.getByRole('button', { name: 'Copy as cURL' }).click();
  await expect.poll(clipboard).toContain(`curl --globoff -X 'POST' '${RESOURCE}'`);
  expect(await clipboard()).toMatch(/^# Arguments, tokens and proofs are left out\. A proof works once/);
  expect(await clipboard()).toContain('"Authorization: DPoP $ACCESS_TOKEN"');
  expect(await clipboard()).toContain('"name":"list_notes"');
  await panel.getByRole('button', { name: 'Copy the report' }).click();
  await expect.poll(clipboard).toContain('tools/call list_notes');
  expect(await clipboard()).toContain('"htm": "POST"');
});

test('in light, dark, forced colours and 200 % zoom nothing is inaccessible', async ({ views }) => {
  const panel = await views.panel(sceneWith(requests()));
  await rowsIn(panel).nth(0).click();
  await expectAccessible(panel, ['light', 'dark', 'forced']);
  await panel.setViewportSize({ width: 640, height: 400 });
  await expectAccessible(panel, []);
});

test('it keeps up with a thousand requests, and draws only what is seen', async ({ views }) => {
  const panel = await views.panel(sceneWith([]));
  await expect(panel.getByText('Requests are shown from now on.')).toBeVisible();
  const work = await workOf(panel, async () => {
    // As the background tells them: some at a time.
    for (let index = 0; index < 1_000; index += 25) {
      const some = Array.from({ length: 25 }, (_, more) => requestOf(index + more));
      await tell(panel, { kind: 'inspected', requests: some });
    }
    await expect(panel.getByText('1,000 requests')).toBeVisible();
  });
  expect(await rowsIn(panel).count()).toBeLessThan(80);
  console.log(`DevTools panel: ${work} ms of work for 1,000 requests`);
  expect(work).toBeLessThan(5_000);
});
