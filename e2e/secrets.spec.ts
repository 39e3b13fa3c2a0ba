import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import type { AuthorizationServer } from '../src/demo/authorization-server.ts';
import protect, { EXTENSIONS_PAGE } from '../src/demo/protect.mjs';
import { startDemo } from '../src/demo/start.ts';
import { playAct } from '../src/demo/story/act.ts';
import { drillLines } from '../src/demo/story/drill.ts';
import { readThumbprint, revokeInPopup } from '../src/demo/story/popup.ts';
import { StageDriver } from '../src/demo/story/stage.ts';
import { exported, openDashboard } from './support/dashboard.ts';
import {
  type Browser,
  call,
  expect,
  openAgent,
  openPopup,
  signIn,
  startBrowser,
  stopWorker,
  test,
} from './support/world.ts';
import { everythingStored, filesOf, listen } from './support/written.ts';

/** What must stand nowhere, by what it is. A short value is no secret, and would be found by chance. */
type Secrets = Map<string, string>;

function note(secrets: Secrets, what: string, ...values: (string | undefined)[]): void {
  for (const value of values) if (value && value.length >= 16) secrets.set(value, what);
}

async function noteIssued(secrets: Secrets, { issued }: AuthorizationServer, context: BrowserContext): Promise<void> {
  note(secrets, 'access token', ...issued.accessTokens);
  note(secrets, 'refresh token', ...issued.refreshTokens);
  note(secrets, 'code', ...issued.codes);
  note(secrets, 'code verifier', ...issued.verifiers);
  for (const { name, value } of await context.cookies()) note(secrets, `cookie ${name}`, value);
}

/** The kinds of secret that stand in a text, whole or by any half of a token's parts. */
function standingIn(text: string, secrets: Secrets): string[] {
  const parts = [...secrets].flatMap(([value, what]) => [[value, what] as const, [value.slice(-40), what] as const]);
  return [...new Set(parts.filter(([value]) => text.includes(value)).map(([, what]) => what))];
}

function expectNoSecret(texts: ReadonlyMap<string, string>, secrets: Secrets): void {
  const kinds = new Set(secrets.values());
  for (const kind of ['access token', 'refresh token', 'code', 'code verifier']) expect(kinds).toContain(kind);
  expect([...kinds].some((kind) => kind.startsWith('cookie'))).toBe(true);
  const found = [...texts].flatMap(([where, text]) => standingIn(text, secrets).map((what) => `${what} in ${where}`));
  expect(found).toEqual([]);
}

/** What the dashboard's exports of the activity write. */
async function exportedActivity(browser: Browser): Promise<ReadonlyMap<string, string>> {
  const dashboard = await openDashboard(browser, '#/activity');
  const files = new Map<string, string>();
  for (const format of ['JSON', 'CSV'] as const)
    files.set(`export ${format}`, (await exported(dashboard, format)).text);
  await dashboard.close();
  return files;
}

test('a full run of the demo writes no secret to any store, console, error or file of the extension', async () => {
  test.slow();
  const demo = await startDemo({ ports: 'ephemeral', binding: 'offered' });
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const browser = await startBrowser({ profile, viewport: { width: 1440, height: 900 } });
  const { context } = browser;
  const said = listen(context);
  const secrets: Secrets = new Map();
  try {
    const extensions = await context.newPage();
    await extensions.goto(EXTENSIONS_PAGE); // it is looked at three times
    const stage = new StageDriver(await context.newPage(), demo);
    await stage.open('v2', 1);
    expect((await playAct(stage, demo, 'Packing list')).problem).toBeUndefined();
    await stage.signOut();
    await protect(context, { agent: demo.agent.origin, servers: [demo.auth.origin, demo.mcp.origin] });
    await stage.open('v2', 2);
    expect((await playAct(stage, demo, 'Train times')).problem).toBeUndefined();
    for (const { holdfast } of await drillLines(context, demo)) expect(holdfast.asExpected).toBe(true);
    const popup = await openPopup(browser, demo.agent.origin);
    const thumbprint = await readThumbprint(popup);
    await noteIssued(secrets, demo.auth, context);
    const bound = await everythingStored(browser);
    const activity = await exportedActivity(browser);
    await revokeInPopup(popup);
    const revoked = await everythingStored(browser);
    await context.close();

    const files = await filesOf(profile, browser.id);
    expectNoSecret(
      new Map([
        ...[...files, ...activity],
        ...Object.entries({ store: bound, 'store after the end': revoked, consoles: said.join('\n') }),
      ]),
      secrets,
    );
    // The search finds what is there.
    expect(bound).toContain(thumbprint);
    expect([...activity.values()]).toEqual([expect.stringContaining('drilled'), expect.stringContaining('drilled')]);
    expect(bound).toMatch(/hf_[\w-]{43}/);
    expect(bound).toContain('private key, extractable: false');
    expect(bound + revoked).not.toMatch(/extractable: true|"d":"/);
    expect([...files.values()].join('\n')).toContain(thumbprint);
  } finally {
    await context.close();
    await demo.close();
    await rm(profile, { recursive: true, force: true });
  }
});

test('uninstalling it leaves nothing of Holdfast in the profile', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const browser = await startBrowser({ profile });
  try {
    await world.protect(agent, [auth, mcp], browser);
    const page = await openAgent(browser, agent);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    await call(page);
    const thumbprint = await readThumbprint(await openPopup(browser, agent.origin));
    // Chrome keeps a folder for what an organization has set, also where that is nothing, and a log of its own.
    const kept = async () =>
      [...(await filesOf(profile, browser.id))].filter(
        ([path]) => !/Managed Extension Settings|Extension State/.test(path),
      );
    const said = async () => [...(await filesOf(profile, browser.id)).values()].join('\n');
    await expect.poll(said).toContain(thumbprint);
    expect((await kept()).length).toBeGreaterThan(3);
    const own = await openPopup(browser);
    await Promise.all([
      own.waitForEvent('close'),
      own.evaluate(() => chrome.management.uninstallSelf()).catch(() => {}),
    ]);
    await expect.poll(() => kept().catch(() => 'files are going')).toEqual([]);
    for (const trace of [thumbprint, agent.origin, mcp.origin, auth.origin]) expect(await said()).not.toContain(trace);
  } finally {
    await browser.context.close();
    await rm(profile, { recursive: true, force: true });
  }
});

test('refusals, refreshes, retries, failures and workers that die write no secret either', async ({ world }) => {
  test.slow();
  let fault = '';
  const { auth, mcp } = await world.servers({
    mcp: { rotateEveryResponse: true },
    auth: {
      intercept: (request, response) => {
        if (!fault || request.method !== 'POST' || request.url !== '/token') return false;
        const refused = { error: fault, error_description: `no such token: ${fault}` };
        response.writeHead(400, { 'access-control-allow-origin': '*', 'content-type': 'application/json' });
        response.end(JSON.stringify(refused));
        return true;
      },
    },
  });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp], await world.fresh());
  const said = listen(browser.context);
  const secrets: Secrets = new Map();
  const page = await openAgent(browser, agent);
  for (const sdk of ['v1', 'v2'] as const) {
    const options = { sdk, resource: mcp.resource, account: sdk };
    await signIn(page, options);
    await call(page, 'list_notes', {}, sdk);
  }
  const refresh = () =>
    page.evaluate(async (origin) => {
      const { client_id } = JSON.parse(localStorage.getItem('v2.v2.client') ?? '{}');
      const { refresh_token } = window.agent.tokens('v2', 'v2');
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token, client_id });
      return (await fetch(`${origin}/token`, { method: 'POST', body })).text();
    }, auth.origin);
  expect(JSON.parse(await refresh()).access_token).toMatch(/^hf_/);
  fault = auth.issued.refreshTokens.at(-1) ?? '';
  const repeated = await refresh();
  fault = '';
  mcp.expireNonces();
  await call(page, 'list_notes', {}, 'v2');
  await stopWorker(browser);
  await call(page, 'list_notes', {}, 'v2');
  // A bare token, as some clients send it: its first word is no scheme.
  await page.evaluate(
    ([resource, token]) => fetch(resource, { headers: { authorization: token } }).catch(() => undefined),
    [mcp.resource, auth.issued.accessTokens.at(-1) ?? ''] as const,
  );
  const errors = await page.evaluate(
    (resource) =>
      fetch(`${resource}/x`, { headers: { authorization: `Bearer hf_${'x'.repeat(43)}` } }).then(String, String),
    mcp.resource,
  );

  await noteIssued(secrets, auth, browser.context);
  const texts = new Map([
    ['what the page was told', repeated + errors],
    ['consoles', said.join('\n')],
  ]);
  await expect.poll(() => everythingStored(browser)).toContain('"code":"other"');
  texts.set('store', await everythingStored(browser));
  expectNoSecret(texts, secrets);
});
