import type { BrowserContext, Locator, Page } from 'playwright';
import { extensionWorker } from '../chromium.ts';

/** Holdfast's popup over a site. It opens in a tab here: Playwright does not see the real one. */
export async function openPopup(context: BrowserContext, site: string): Promise<Page> {
  const { host } = new URL((await extensionWorker(context)).url());
  const popup = await context.newPage();
  await popup.setViewportSize({ width: 380, height: 600 });
  await popup.goto(`chrome-extension://${host}/src/ui/popup/index.html?site=${encodeURIComponent(site)}`);
  return popup;
}

/** The state that the popup shows for the site's session. */
export async function readState(popup: Page): Promise<string> {
  return (await sessionIn(popup).getByRole('strong').textContent()) ?? '';
}

/** The thumbprint of the key that it is bound to. */
export async function readThumbprint(popup: Page): Promise<string> {
  await sessionIn(popup)
    .getByRole('button', { name: /^Details/, expanded: false })
    .click();
  const copy = sessionIn(popup)
    .getByRole('button', { name: /^Copy the thumbprint/ })
    .first();
  return (await copy.getAttribute('aria-label'))?.split(' ').at(-1) ?? '';
}

const sessionIn = (popup: Page): Locator =>
  popup.getByRole('region', { name: 'Sessions on this site' }).getByRole('article').first();

/** Revokes the site's session, through the question that protects it. */
export async function revokeInPopup(popup: Page): Promise<void> {
  const session = sessionIn(popup);
  await session.getByRole('button', { name: /^More for/ }).click();
  await popup.getByRole('menuitem', { name: /^Revoke/ }).click();
  await session.getByRole('button', { name: 'Revoke the session' }).click();
  await session.getByText('Revoked', { exact: true }).waitFor();
}
