import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import globalSetup from './support/global-setup.ts';
import { photographDashboard } from './support/photograph-dashboard.ts';
import { photographPanel } from './support/photograph-panel.ts';
import { photographPopup } from './support/photograph-popup.ts';
import { photographStage } from './support/photograph-stage.ts';
import { startBrowser } from './support/world.ts';

const PICTURES = fileURLToPath(new URL('../docs/screenshots', import.meta.url));

/** Photographs every view as people see it: real servers, real sign-ins. */
await globalSetup();
await mkdir(PICTURES, { recursive: true });
const profile = await mkdtemp(join(tmpdir(), 'holdfast-'));
const browser = await startBrowser({ profile });
try {
  await photographStage(browser, PICTURES);
} finally {
  await browser.context.close();
  await rm(profile, { recursive: true });
}
for (const locale of ['en', 'ja'] as const) {
  await photographPopup(PICTURES, locale);
  await photographDashboard(PICTURES, locale);
  await photographPanel(PICTURES, locale);
}
