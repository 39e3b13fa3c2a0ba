import { type Extended, extensionPage } from './extension-page.ts';

/**
 * Gets a site protected and its servers allowed, by what the popup's buttons do and without its picture: tests that are about
 * something else need no clicks. The buttons themselves are tried in `popup.spec.ts` and `install.spec.ts`.
 *
 * @param servers origins
 */
export async function makeProtected(browser: Extended, agent: string, servers: readonly string[]): Promise<void> {
  const page = await extensionPage(browser);
  const devtools = await browser.context.newCDPSession(page);
  const ask = async (origin: string, allowed: string[]) => {
    const port = chrome.runtime.connect({ name: 'ui' });
    const isListed = new Promise<void>((resolve) => {
      port.onMessage.addListener(({ sites }) => void (sites?.includes(origin) && resolve()));
    });
    const isAllowed = new Promise<void>((resolve) => {
      port.onMessage.addListener(({ kind }) => void (kind === 'reply' && resolve()));
    });
    port.postMessage({ kind: 'protect', origin });
    const isGranted = await chrome.permissions.request({ origins: [origin, ...allowed].map((one) => `${one}/*`) });
    port.postMessage({ kind: 'protect', origin });
    port.postMessage({ kind: 'allow', agent: origin, servers: allowed, id: 1 });
    await Promise.all([isListed, isAllowed]);
    port.disconnect();
    return isGranted;
  };
  const { result, exceptionDetails } = await devtools.send('Runtime.evaluate', {
    expression: `(${ask})(${JSON.stringify(agent)}, ${JSON.stringify(servers)})`,
    awaitPromise: true,
    returnByValue: true,
    userGesture: true,
  });
  if (result.value !== true) throw new Error(exceptionDetails?.exception?.description ?? 'not granted');
  await devtools.detach();
}
