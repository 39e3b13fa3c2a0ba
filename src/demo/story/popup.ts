import type { BrowserContext, Page } from 'playwright';
import { extensionWorker } from '../chromium.ts';

/** Holdfast's popup over a site. It opens in a tab here: Playwright does not see the real one. */
export async function openPopup(context: BrowserContext, site: string): Promise<Page> {
  const { host } = new URL((await extensionWorker(context)).url());
  const popup = await context.newPage();
  await popup.setViewportSize({ width: 380, height: 600 });
  await popup.goto(`chrome-extension://${host}/src/ui/popup/index.html?site=${encodeURIComponent(site)}`);
  return popup;
}

/** What the popup says of the site's session. */
export async function readPopup(popup: Page): Promise<{ readonly state: string; readonly thumbprint: string }> {
  const session = popup.getByRole('region', { name: 'Sessions on this site' }).getByRole('article').first();
  const copy = session.getByRole('button', { name: /^Copy the thumbprint/ }).first();
  const [state, name] = await Promise.all([session.getByRole('strong').textContent(), copy.getAttribute('aria-label')]);
  return { state: state ?? '', thumbprint: name?.split(' ').at(-1) ?? '' };
}

/** Revokes the site's session, through the question that protects it. */
export async function revokeInPopup(popup: Page): Promise<void> {
  const session = popup.getByRole('region', { name: 'Sessions on this site' }).getByRole('article').first();
  await session.getByRole('button', { name: /^More for/ }).click();
  await popup.getByRole('menuitem', { name: /^Revoke/ }).click();
  await session.getByRole('button', { name: 'Revoke the session' }).click();
  await session.getByText('Revoked', { exact: true }).waitFor();
}
