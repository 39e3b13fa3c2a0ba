import type { Action } from '../messages/ui-request.ts';
import { LOCK_PAGE } from '../model/lock.ts';
import { openSmall } from '../model/small-window.ts';
import browser from './browser.ts';

/** What the address of the lock's page begins with where something is to be done with the passkey there. */
export const CONFIRM = '#confirm=';

/** In a window of its own: under the browser's passkey dialog the popup would close. */
export async function openLockPage(what = ''): Promise<void> {
  const { path, ...size } = LOCK_PAGE;
  await openSmall(browser.windows, browser.runtime.getURL(path) + what, size);
}

/** Asks for the passkey there, and does what the person asked for with what it gives. */
export function confirmWithPasskey(request: Action): void {
  void openLockPage(CONFIRM + encodeURIComponent(JSON.stringify(request)));
}
