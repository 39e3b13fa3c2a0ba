import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WITH_PANEL } from '../../src/demo/chromium.ts';
import { call, openAgent, openPanel, SharedBrowser, signIn, startBrowser, World } from './world.ts';

const SCHEMES = ['light', 'dark'] as const;

/** Photographs the DevTools panel and the page of the passkey lock in a language: all in it is real. */
export async function photographPanel(pictures: string, locale: 'en' | 'ja'): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const browser = await startBrowser({ profile, locale, extensions: [WITH_PANEL] });
  const world = new World(new SharedBrowser(browser), '');
  try {
    const { auth, mcp } = await world.servers({
      auth: { name: 'auth', port: 7041 },
      mcp: { name: 'notes', port: 7042 },
    });
    const agent = await world.agent('folio');
    await world.protect(agent, [auth, mcp]);
    const page = await openAgent(browser, agent);
    const panel = await openPanel(browser, agent.origin, 'devtools/panel.html');
    await panel.setViewportSize({ width: 1400, height: 620 });
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    for (const tool of ['list_notes', 'read_note', 'list_notes']) await call(page, tool, { id: '1' });
    mcp.expireNonces();
    await call(page);
    await panel.locator('.kind-challenge').last().click();

    const lock = await browser.context.newPage();
    await lock.setViewportSize({ width: 440, height: 600 });
    await lock.goto(`chrome-extension://${browser.id}/src/ui/lock/index.html`);
    await lock.getByRole('main').waitFor();
    for (const colorScheme of SCHEMES) {
      for (const [view, name] of [
        [panel, 'devtools'],
        [lock, 'lock'],
      ] as const) {
        await view.bringToFront();
        await view.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await view.screenshot({ path: join(pictures, `${name}-${locale}-${colorScheme}.png`) });
      }
    }
  } finally {
    await world.close();
    await browser.context.close();
    await rm(profile, { recursive: true });
  }
}
