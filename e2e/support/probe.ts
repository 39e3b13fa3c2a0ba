import type { Page } from '@playwright/test';

/**
 * A request from a worker of the page, which is beyond the wrapper: whether a token stands in the network layer for it
 * now is to be seen at the server.
 */
export async function probe(page: Page, resource: string): Promise<void> {
  await page.evaluate(async (url) => {
    const code = 'onmessage = ({ data }) => fetch(data, { method: "POST", body: "{}" }).finally(() => postMessage(0))';
    const worker = new Worker(URL.createObjectURL(new Blob([code])));
    await new Promise((resolve) => {
      worker.onmessage = resolve;
      worker.onerror = resolve;
      worker.postMessage(url);
    });
    worker.terminate();
  }, resource);
}
