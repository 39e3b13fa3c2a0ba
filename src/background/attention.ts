import browser from 'webextension-polyfill';
import { LOCK_PAGE } from '../messages/lock.ts';
import type { Ask } from '../messages/ui.ts';

/** The popup's page, also where it is opened in a window of its own. */
export const POPUP = 'src/ui/popup/index.html';

/** Says in the popup that an agent waits for the vault; where Chrome does not open it, asks for the passkey. */
export async function showLocked(): Promise<void> {
  try {
    await browser.action.openPopup();
  } catch {
    const { path, ...size } = LOCK_PAGE;
    await browser.windows.create({ url: `${browser.runtime.getURL(path)}#unlock`, type: 'popup', ...size });
  }
}

/** Brings a question before the person: in the popup, or in a small window where Chrome does not open it. */
export async function showAsk({ agent }: Ask): Promise<void> {
  try {
    await browser.action.openPopup();
  } catch {
    // No focused window, or one that shows a popup already: Chrome says no more than that.
    const url = `${browser.runtime.getURL(POPUP)}?site=${encodeURIComponent(agent)}`;
    await browser.windows.create({ url, type: 'popup', width: 400, height: 560 });
  }
}
