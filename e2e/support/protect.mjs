/**
 * Gets a site protected and its servers allowed, through the real popup's real buttons. For any test rig that drives
 * Chromium with Playwright and has the extension loaded; plain ESM without a build step.
 *
 * A headless browser shows no permission prompt, and a request for one would wait for ever. So each permission is marked
 * as granted beforehand on `chrome://extensions`; the click on the popup's button still makes the request.
 *
 * @param {import('playwright').BrowserContext} context a persistent context with the extension loaded
 * @param {{ agent: string, servers?: readonly string[] }} sites origins, as in `https://agent.example`
 * @returns {Promise<void>} when the site is protected; pages that were open before need a reload
 */
export default async function protect(context, { agent, servers = [] }) {
  const id = await extensionId(context);
  await grantBeforehand(context, id, [agent, ...servers]);
  const popup = await context.newPage();
  try {
    const query = new URLSearchParams({ site: agent });
    for (const server of servers) query.append('server', server);
    await popup.goto(`chrome-extension://${id}/src/ui/popup/index.html?${query}`);
    await popup.locator('[data-action="protect"], [data-state="protected"]').first().waitFor();
    if (await popup.locator('[data-action="protect"]').count()) await popup.locator('[data-action="protect"]').click();
    await popup.locator('[data-state="protected"]').waitFor();
    if (servers.length > 0) {
      await popup.locator('[data-action="allow"], [data-state="allowed"]').first().waitFor();
      if (await popup.locator('[data-action="allow"]').count()) await popup.locator('[data-action="allow"]').click();
      await popup.locator('[data-state="allowed"]').waitFor();
    }
  } finally {
    await popup.close();
  }
}

/** The id of the one extension that has a popup of ours. */
async function extensionId(context) {
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  return new URL(worker.url()).host;
}

async function grantBeforehand(context, id, origins) {
  const page = await context.newPage();
  try {
    await page.goto('chrome://extensions');
    for (const origin of new Set(origins)) {
      await page.evaluate(
        ([extension, pattern]) => globalThis.chrome.developerPrivate.addHostPermission(extension, pattern),
        [id, `${origin}/*`],
      );
    }
  } finally {
    await page.close();
  }
}
