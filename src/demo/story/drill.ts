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

/**
 * Lends the stage a button that opens the dashboard, so that nobody need look for the icon, and tells it whether the person has
 * let Holdfast into its site.
 */
export async function lendHoldfast(context: BrowserContext): Promise<void> {
  await context.exposeBinding('isHoldfastAllowed', async ({ page }) => {
    const [worker] = context.serviceWorkers();
    const origins = [`${new URL(page.url()).origin}/*`];
    return worker ? worker.evaluate((given) => chrome.permissions.contains({ origins: given }), origins) : false;
  });
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
  const verdict = drill.getByRole('status').filter({ hasText: /^(?:Enforced|Broken|Incomplete|Could not tell)/ });
  if (lastRun !== undefined) await verdict.filter({ hasNotText: lastRun ?? '' }).waitFor();
  return (await verdict.first().textContent()) ?? '';
}

/** The drill on the demo's server as it is, and on the same server when it is weak: in what it must do, and in what it can. */
export async function drillLines(context: BrowserContext, demo: Demo): Promise<readonly Line[]> {
  const dashboard = await openDrill(context, demo.agent.origin);
  const weakIn = async (weakness: Weakness) => {
    demo.weak.clear();
    demo.weak.add(weakness);
    return runDrill(dashboard);
  };
  const strict = await runDrill(dashboard);
  const weak = await weakIn('otherKey');
  const forgetful = await weakIn('replayed');
  demo.weak.clear();
  await dashboard.close();
  return [
    {
      tried: 'Drill: the MCP server as it is',
      bearer: NO_SESSION,
      holdfast: { seen: strict, asExpected: /^Enforced \d+ of \d+ tried, all refused/.test(strict) },
    },
    {
      tried: 'Drill: the same server, when it does not compare keys',
      bearer: NO_SESSION,
      holdfast: { seen: weak, asExpected: /^Broken: a stolen token works .* 1 accepted/.test(weak) },
    },
    {
      tried: 'Drill: the same server, when it remembers no proofs',
      bearer: NO_SESSION,
      holdfast: { seen: forgetful, asExpected: /^Enforced, with 1 recommendation .* 1 accepted/.test(forgetful) },
    },
  ];
}
