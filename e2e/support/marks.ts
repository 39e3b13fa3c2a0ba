import type { Frame, Page } from '@playwright/test';
import { speak } from './red-team/attack.ts';

/** The fragment that the wrapper gave the page's requests to this URL, as the page's own script can read it. */
export const markIn = (page: Page, url: string): Promise<string> =>
  page.evaluate(
    (resource) =>
      performance
        .getEntriesByType('resource')
        .flatMap(({ name }) => (name.startsWith(`${resource}#`) ? name.slice(resource.length + 1) : []))
        .at(-1) ?? '',
    url,
  );

/** Asks for a token for a request to this URL, and makes none: its rule stands until that counts as lost, some seconds later. */
export async function letStand(page: Page, url: string): Promise<void> {
  const { access_token: token } = await page.evaluate(() => window.agent.tokens('v2'));
  const heard = await speak(page, [{ kind: 'prove', token, method: 'POST', url }]);
  if (!heard.includes('"kind":"proof"')) throw new Error(`Holdfast answered ${heard}`);
}

/** A request that no wrapper sees: it has left once this is over. */
export const streamFrom = (place: Page | Frame, url: string): Promise<void> =>
  place.evaluate(async (to) => {
    const source = new EventSource(to);
    await new Promise((resolve) => {
      source.onopen = resolve;
      source.onerror = resolve;
    });
    source.close();
  }, url);
