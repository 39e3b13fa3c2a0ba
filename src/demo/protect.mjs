/**
 * Gets a site protected and its servers allowed, through the real popup's real buttons. For any test rig that drives
 * Chromium with Playwright and has the extension loaded; plain ESM without a build step.
 *
 * A headless browser shows no permission prompt, and a request for one would wait for ever. So each permission is marked
 * as granted beforehand on `chrome://extensions`; the click on the popup's button still makes the request.
 *
 * @param {import('playwright').BrowserContext} context a persistent context with the extension loaded
 * @param {{ agent: string, servers?: readonly string[] }} sites origins, such as `https://agent.example`
 * @returns {Promise<void>} when the site is protected; pages that were open before need a reload
 */
export default async function protect(context, { agent, servers = [] }) {
  const site = new URL(agent).origin;
  const origins = servers.map((server) => new URL(server).origin);
  const id = await grantBeforehand(context, [site, ...origins]);
  const popup = await context.newPage();
  try {
    const query = new URLSearchParams({ site });
    for (const origin of origins) query.append('server', origin);
    await popup.goto(`chrome-extension://${id}/src/ui/popup/index.html?${query}`);
    await clickUnless(popup, 'protect', 'protected');
    if (origins.length > 0) await clickUnless(popup, 'allow', 'allowed');
  } finally {
    await popup.close();
  }
}

/** Clicks the button of an action and waits for the state that it leads to, if that is not there already. */
async function clickUnless(popup, action, state) {
  const button = popup.locator(`[data-action="${action}"]`);
  const reached = popup.locator(`[data-state="${state}"]`);
  await button.or(reached).first().waitFor();
  if (await button.isVisible()) await button.click();
  await reached.waitFor();
}

/** Has what Chrome's own page about extensions may call, `chrome.developerPrivate`, and draws nothing: that takes half a second. */
export const EXTENSIONS_PAGE = 'chrome://extensions/strings.m.js';

/**
 * Lets the extension request these origins, and tells its id. Chrome's own page knows every extension by its name, also
 * while its worker sleeps.
 *
 * @param {import('playwright').BrowserContext} context
 * @param {readonly string[]} origins
 * @returns {Promise<string>}
 */
export async function grantBeforehand(context, origins) {
  const page = await context.newPage();
  try {
    await page.goto(EXTENSIONS_PAGE);
    return await page.evaluate(
      async ([name, patterns]) => {
        const { developerPrivate } = globalThis.chrome;
        const extension = (await developerPrivate.getExtensionsInfo()).find((found) => found.name === name);
        if (!extension) throw new Error(`${name} is not loaded`);
        for (const pattern of patterns) await developerPrivate.addHostPermission(extension.id, pattern);
        return extension.id;
      },
      ['Holdfast', [...new Set(origins)].map((origin) => `${origin}/*`)],
    );
  } finally {
    await page.close();
  }
}
