import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protect from '../src/demo/protect.mjs';
import { startDemo } from '../src/demo/start.ts';
import { playAct } from '../src/demo/story/act.ts';
import { openDrill, runDrill } from '../src/demo/story/drill.ts';
import { StageDriver } from '../src/demo/story/stage.ts';
import globalSetup from './support/global-setup.ts';
import { photographDashboard } from './support/photograph-dashboard.ts';
import { photographPanel } from './support/photograph-panel.ts';
import { photographPopup } from './support/photograph-popup.ts';
import { SharedBrowser, startBrowser, World } from './support/world.ts';

const PICTURES = fileURLToPath(new URL('../docs/screenshots', import.meta.url));

/** Photographs every view as people see it: real servers, real sign-ins. */
await globalSetup();
await mkdir(PICTURES, { recursive: true });
const profile = await mkdtemp(join(tmpdir(), 'holdfast-'));
const browser = await startBrowser({ profile });
const world = new World(new SharedBrowser(browser), '');
try {
  await photographStage();
} finally {
  await world.close();
  await browser.context.close();
  await rm(profile, { recursive: true });
}
for (const locale of ['en', 'ja'] as const) {
  await photographPopup(PICTURES, locale);
  await photographDashboard(PICTURES, locale);
  await photographPanel(PICTURES, locale);
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
    const drill = await openDrill(browser.context, demo.agent.origin);
    await runDrill(drill);
    demo.weak.add('otherKey');
    await runDrill(drill);
    await drill.setViewportSize({ width: 1280, height: 760 });
    await drill.screenshot({ path: join(PICTURES, 'drill-weak.png') });
    demo.weak.clear();
    await drill.close();
    await stage.open('v2', 3);
    await page.getByText('server/discover').first().waitFor();
    await picture('stage-act-3');
  } finally {
    await demo.close();
  }
}
