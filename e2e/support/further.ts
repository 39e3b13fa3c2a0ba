import type { Page } from '@playwright/test';

/** The person says no, from now on, to whatever is asked in this view. */
export const declineAll = (view: Page): Promise<void> =>
  view.evaluate(() => {
    const decline = () => document.querySelector<HTMLElement>('.ask button[data-action="allow"] + button')?.click();
    new MutationObserver(decline).observe(document.body, { childList: true, subtree: true });
    decline();
  });
