import type { BrowserContext, Page } from 'playwright';
import { extensionWorker } from '../chromium.ts';
import type { Weakness } from '../resource/weakness.ts';
import type { Demo } from '../start.ts';
import type { Line } from './line.ts';
import { NO_SESSION } from './line.ts';
import { openPopup } from './popup.ts';

/** Holdfast's dashboard, at a place in it. */
export async function openDashboard(context: BrowserContext, place = '#/'): Promise<Page> {
  const { host } = new URL((await extensionWorker(context)).url());
  const dashboard = await context.newPage();
  await dashboard.goto(`chrome-extension://${host}/src/ui/dashboard/index.html${place}`);
  return dashboard;
}

/** Lends the stage a button that opens the dashboard: nobody need look for the icon. */
export async function lendDashboard(context: BrowserContext): Promise<void> {
  await context.exposeBinding('openHoldfast', async () => {
    await (await openDashboard(context)).bringToFront();
  });
}

/** The drill of the first session of a site, with nothing run yet. */
export async function openDrill(context: BrowserContext, site: string): Promise<Page> {
  const popup = await openPopup(context, site);
  const session = popup.getByRole('region', { name: 'Sessions on this site' }).getByRole('article').first();
  const id = await session.getAttribute('data-session');
  await popup.close();
  return openDashboard(context, `#/session/${id}/drill`);
}

/** Runs the drill through its button, and tells the verdict in the dashboard's own words. */
export async function runDrill(dashboard: Page): Promise<string> {
  const drill = dashboard.getByRole('region', { name: /^Enforcement drill/ });
  const again = drill.getByRole('button', { name: 'Run it again' });
  const isAgain = await again.isVisible();
  const lastRun = isAgain ? await drill.getByRole('status').first().textContent() : undefined;
  if (isAgain) {
    await again.click();
  } else {
    await drill.getByRole('button', { name: 'Run the drill' }).click();
    await drill.getByRole('alertdialog').getByRole('button', { name: 'Run the drill' }).click();
  }
  const verdict = drill.getByRole('status').filter({ hasText: /^(?:Enforced|Not enforced|Could not tell)/ });
  if (lastRun !== undefined) await verdict.filter({ hasNotText: lastRun ?? '' }).waitFor();
  return (await verdict.first().textContent()) ?? '';
}

/** What one weak server lets in: enough to be found, and no more. */
const SHORTCUT: Weakness = 'otherKey';

/** The drill on the demo's server as it is, and on the same server when it is weak. */
export async function drillLines(context: BrowserContext, demo: Demo): Promise<readonly Line[]> {
  const dashboard = await openDrill(context, demo.agent.origin);
  const strict = await runDrill(dashboard);
  demo.weak.add(SHORTCUT);
  const weak = await runDrill(dashboard);
  demo.weak.clear();
  await dashboard.close();
  return [
    {
      tried: 'Drill: the MCP server as it is',
      bearer: NO_SESSION,
      holdfast: { seen: strict, asExpected: /^Enforced \((\d+) of \1 refused\)$/.test(strict) },
    },
    {
      tried: 'Drill: the same server, when it does not compare keys',
      bearer: NO_SESSION,
      holdfast: { seen: weak, asExpected: /^Not enforced \(1 of \d+ accepted\)$/.test(weak) },
    },
  ];
}
