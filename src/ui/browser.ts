import type { Browser } from 'webextension-polyfill';

/** The browser's own API. Under Manifest V3 Chrome's answers with promises too: a view, which has to open fast, needs no polyfill. */
const { browser, chrome } = globalThis as unknown as { readonly browser?: Browser; readonly chrome: Browser };

export default browser ?? chrome;
