import type { Page } from '@playwright/test';
import type { Browser } from './world.ts';

/** The text on Holdfast's icon while the page of a protected site is in front. */
export async function badgeOf({ worker }: Pick<Browser, 'worker'>, page: Page): Promise<string> {
  return (await worker()).evaluate(async (url) => {
    const [tab] = await chrome.tabs.query({ url });
    return chrome.action.getBadgeText({ tabId: tab?.id as number });
  }, page.url());
}

/** The title of Holdfast's icon while this page is in front: of a page that Holdfast may not see, that of all others. */
export async function titleOf({ worker }: Pick<Browser, 'worker'>, page: Page): Promise<string> {
  return (await worker()).evaluate(async (url) => {
    const [tab] = await chrome.tabs.query({ url });
    return chrome.action.getTitle(tab?.id === undefined ? {} : { tabId: tab.id });
  }, page.url());
}

/** The popup's page in a tab, over the page in front of it. */
export async function openPopupOver({ context, id }: Browser, page: Page): Promise<Page> {
  const popup = await context.newPage();
  await popup.setViewportSize({ width: 380, height: 600 });
  await page.bringToFront();
  await popup.goto(`chrome-extension://${id}/src/ui/popup/index.html`);
  return popup;
}

/** How many popups stand under Holdfast's icon. */
export async function popups({ worker }: Browser): Promise<number> {
  return (await worker()).evaluate(
    async () => (await chrome.runtime.getContexts({ contextTypes: ['POPUP' as chrome.runtime.ContextType] })).length,
  );
}
