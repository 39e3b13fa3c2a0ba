import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { startDemo } from '../src/demo/start.ts';
import { playAct } from '../src/demo/story/act.ts';
import { StageDriver } from '../src/demo/story/stage.ts';
import globalSetup from './support/global-setup.ts';
import { photographDashboard } from './support/photograph-dashboard.ts';
import protect from './support/protect.mjs';
import { call, openAgent, openPopup, signIn, startBrowser, World } from './support/world.ts';

const PICTURES = fileURLToPath(new URL('../docs/screenshots', import.meta.url));
const SCHEMES = ['light', 'dark'] as const;

/** Photographs every view as people see it: real servers, real sign-ins. */
await globalSetup();
await mkdir(PICTURES, { recursive: true });
const profile = await mkdtemp(join(tmpdir(), 'holdfast-'));
const browser = await startBrowser({ profile });
const world = new World(browser, '');
try {
  await photographPopup();
  await photographStage();
} finally {
  await world.close();
  await browser.context.close();
  await rm(profile, { recursive: true });
}
for (const locale of ['en', 'ja'] as const) await photographDashboard(PICTURES, locale);

async function photographPopup(): Promise<void> {
  const { auth, mcp } = await world.servers({ auth: { name: 'auth', port: 7011 }, mcp: { name: 'notes', port: 7012 } });
  const old = await world.servers({
    binding: 'none',
    auth: { name: 'old-auth', port: 7013 },
    mcp: { name: 'calendar', port: 7014 },
  });
  const agent = await world.agent('folio');
  await photograph(await openPopup(browser, agent.origin), 'popup-empty');

  await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  for (let index = 0; index < 12; index += 1) await call(page);
  const bound = await openPopup(browser, agent.origin);
  await photograph(bound, 'popup-bound');
  await bound.getByText('Details').click();
  await photograph(bound, 'popup-details');

  await page.goto(agent.origin);
  await page.waitForFunction(() => 'agent' in window);
  await signIn(page, { sdk: 'v2', resource: old.mcp.resource, account: 'b' });
  await call(page, 'list_notes', {}, 'b');
  await photograph(await openPopup(browser, agent.origin), 'popup-exposed');
}

async function photograph(popup: Page, name: string): Promise<void> {
  await popup.getByRole('heading', { level: 1 }).waitFor();
  for (const colorScheme of SCHEMES) {
    await popup.emulateMedia({ colorScheme });
    const height = await popup.evaluate(() => document.body.scrollHeight);
    await popup.setViewportSize({ width: 380, height: Math.max(120, height) });
    await popup.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`) });
  }
}

async function photographStage(): Promise<void> {
  const demo = await startDemo();
  try {
    const page = await browser.context.newPage();
    await page.setViewportSize({ width: 1440, height: 900 });
    const stage = new StageDriver(page, demo);
    const picture = (name: string) => page.screenshot({ path: join(PICTURES, `${name}.png`) });
    await stage.open('v2', 1);
    await playAct(stage, demo, 'Packing list');
    await picture('stage-act-1');
    await stage.signOut();
    await protect(browser.context, { agent: demo.agent.origin, servers: [demo.auth.origin, demo.mcp.origin] });
    await stage.open('v2', 2);
    await playAct(stage, demo, 'Train times');
    await picture('stage-act-2');
  } finally {
    await demo.close();
  }
}
