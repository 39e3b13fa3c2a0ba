import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { manySessions, seed } from './many.ts';
import { openAgent, openPopup, SharedBrowser, startBrowser, startSignIn, World } from './world.ts';

const SCHEMES = ['light', 'dark'] as const;
const MANY = 'https://desk.example';
const RESOURCES = ['https://files.example/mcp', 'https://calendar.example/mcp', 'https://old.example/mcp'];
const WORDS = {
  en: { details: 'Details', notNow: 'Not now' },
  ja: { details: '詳細', notNow: '今はしない' },
} as const;

/** Photographs the popup and the welcome page in a language. The question is a real agent's; sessions are as if they were. */
export async function photographPopup(pictures: string, locale: 'en' | 'ja'): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const browser = await startBrowser({ profile, locale });
  const world = new World(new SharedBrowser(browser), '');
  const picture = (view: Page, name: string, size?: { width: number; height: number }) =>
    photograph(view, join(pictures, `${name}-${locale}`), size);
  try {
    const agent = await world.agent('folio');
    await picture(await openPopup(browser, agent.origin), 'popup-empty');

    const { mcp } = await world.servers({ auth: { name: 'auth', port: 7031 }, mcp: { name: 'notes', port: 7032 } });
    await world.protect(agent, [], browser);
    const asking = await openPopup(browser, agent.origin);
    const page = await openAgent(browser, agent);
    const started = startSignIn(page, { sdk: 'v2', resource: mcp.resource });
    await asking.locator('[data-action="allow"]').waitFor();
    await picture(asking, 'popup-ask');
    await asking.getByRole('button', { name: WORDS[locale].notNow }).click();
    await started;

    const own = manySessions(2, { agents: [agent.origin], resources: RESOURCES, states: ['bound', 'exposed'] });
    await seed(browser, own);
    const exposed = await openPopup(browser, agent.origin);
    await picture(exposed, 'popup-exposed');
    await exposed.locator('.more').first().click();
    await picture(exposed, 'popup-menu', { width: 380, height: 420 });
    await exposed.keyboard.press('Escape');
    await exposed.getByText(WORDS[locale].details).first().click();
    await exposed.locator('.facts').waitFor();
    await picture(exposed, 'popup-details');

    await seed(browser, manySessions(40, { agents: [agent.origin, MANY, MANY, MANY] }));
    const many = await openPopup(browser, MANY);
    await picture(many, 'popup-many', { width: 380, height: 600 });

    const welcome = await browser.context.newPage();
    await welcome.goto(`chrome-extension://${browser.id}/src/ui/welcome/index.html`);
    await picture(welcome, 'welcome', { width: 1120, height: 980 });
  } finally {
    await world.close();
    await browser.context.close();
    await rm(profile, { recursive: true });
  }
}

async function photograph(view: Page, path: string, size?: { width: number; height: number }): Promise<void> {
  await view.getByRole('heading', { level: 1 }).waitFor();
  await view.bringToFront();
  for (const colorScheme of SCHEMES) {
    await view.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const height = await view.evaluate(() => document.body.scrollHeight);
    await view.setViewportSize(size ?? { width: 380, height: Math.max(120, height) });
    await view.screenshot({ path: `${path}-${colorScheme}.png` });
  }
}
