import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openDashboard } from './dashboard.ts';
import { manyLines, manySessions, seed } from './many.ts';
import { call, openAgent, SharedBrowser, signIn, startBrowser, World } from './world.ts';

const SCHEMES = ['light', 'dark'] as const;
/** As the store wants its pictures. */
const SIZE = { width: 1280, height: 800 };

/** Photographs the dashboard in a language: one session is real and drilled, the others are as if they were. */
export async function photographDashboard(pictures: string, locale: 'en' | 'ja'): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const browser = await startBrowser({ profile, locale });
  const world = new World(new SharedBrowser(browser), '');
  try {
    const { auth, mcp } = await world.servers({
      auth: { name: 'auth', port: 7021 },
      mcp: { name: 'notes', port: 7022 },
    });
    const agent = await world.agent('folio');
    await world.protect(agent, [auth, mcp]);
    const page = await openAgent(browser, agent);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    for (let index = 0; index < 9; index += 1) await call(page);
    const dashboard = await openDashboard(browser);
    const session = dashboard.locator('.sessions tbody a').first();
    const hash = (await session.getAttribute('href')) ?? '';
    await drill(dashboard, hash);
    await dashboard.close();
    const many = manySessions(24);
    await seed(browser, many, manyLines(120, many));
    for (const [name, place] of [
      ['sessions', '#/'],
      ['session', hash],
      ['drill', `${hash}/drill`],
      ['activity', '#/activity'],
      ['settings', '#/settings'],
    ] as const) {
      const view = await openDashboard(browser, place);
      await view.setViewportSize(SIZE);
      await view.getByRole('main').getByRole('heading').or(view.getByRole('table')).first().waitFor();
      for (const colorScheme of SCHEMES) {
        await view.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await view.screenshot({ path: join(pictures, `dashboard-${name}-${locale}-${colorScheme}.png`) });
      }
      await view.close();
    }
  } finally {
    await world.close();
    await browser.context.close();
    await rm(profile, { recursive: true });
  }
}

async function drill(page: Page, hash: string): Promise<void> {
  await page.goto(page.url().replace(/#.*|$/, `${hash}/drill`));
  await page.locator('.drill button.primary').click();
  await page.locator('.drill [role=alertdialog] button.primary').click();
  await page.locator('.verdict').waitFor();
}
