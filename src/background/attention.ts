import browser from 'webextension-polyfill';
import { LOCK_PAGE } from '../messages/lock.ts';
import type { Ask } from '../messages/ui.ts';

/** The popup's page, also where it is opened in a window of its own. */
export const POPUP = 'src/ui/popup/index.html';

/** A view that was opened has connected within this time, in milliseconds. */
const OPENING = 3_000;

/**
 * Brings what waits for the person before them: in the popup, or in a small window where Chrome does not open it. A view
 * shows all that waits, so that none is opened while one is there, or is about to be.
 *
 * @param isOpen tells whether a view is connected
 * @param now milliseconds
 */
export function createAttention(isOpen: () => boolean, now: () => number) {
  const opened = { asks: Number.NEGATIVE_INFINITY, lock: Number.NEGATIVE_INFINITY };

  async function show(what: keyof typeof opened, url: string, size: { width: number; height: number }): Promise<void> {
    if (isOpen() || now() - opened[what] < OPENING) return;
    opened[what] = now();
    try {
      await browser.action.openPopup();
    } catch {
      // No focused window, or one that shows a popup already: Chrome says no more than that.
      await browser.windows.create({ url: browser.runtime.getURL(url), type: 'popup', ...size });
    }
  }

  return {
    /** Says in the popup that an agent waits for the vault; where Chrome does not open it, asks for the passkey. */
    showLocked(): Promise<void> {
      const { path, ...size } = LOCK_PAGE;
      return show('lock', `${path}#unlock`, size);
    },
    showAsk: ({ agent }: Ask): Promise<void> =>
      show('asks', `${POPUP}?site=${encodeURIComponent(agent)}`, { width: 400, height: 560 }),
  };
}
