import type { BrowserContext, Page } from '@playwright/test';

/** A browser with the extension of this id. */
export interface Extended {
  readonly context: BrowserContext;
  readonly id: string;
}

export const addressOf = (id: string): string => `chrome-extension://${id}/manifest.json`;

/**
 * A page of the extension's own that runs none of its code. It is opened once for a browser and stays: opening one costs as
 * much as a sign-in's redirect.
 */
export async function extensionPage({ context, id }: Extended): Promise<Page> {
  const address = addressOf(id);
  const open = context.pages().find((page) => page.url() === address);
  if (open) return open;
  const page = await context.newPage();
  await page.goto(address);
  return page;
}
