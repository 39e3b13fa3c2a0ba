import browser from 'webextension-polyfill';
import type { Missing } from '../../messages/ui.ts';
import type { Origin } from '../../model/origin.ts';
import type { Protection } from './protection.ts';

/**
 * Why Holdfast is not in the page of a protected tab, though it should be; undefined when it is there. The page itself is
 * asked: a port that is closed says nothing of it, for the background's worker ends and starts at any moment.
 *
 * @param site the origin that the tab shows
 */
export async function whyMissing(tab: number, site: Origin, protection: Protection): Promise<Missing | undefined> {
  if (!(await protection.isProtected(site))) return undefined;
  const isThere = await browser.tabs.sendMessage(tab, null, { frameId: 0 }).then(
    () => true,
    () => false, // no relay, or one of a Holdfast that was updated or reloaded since
  );
  if (isThere) return undefined;
  return (await protection.isNew(site)) ? 'protected' : 'updated';
}
