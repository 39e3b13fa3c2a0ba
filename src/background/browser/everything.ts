import browser from 'webextension-polyfill';
import { deleteDatabase } from '../store/database.ts';

/**
 * Deletes all that Holdfast keeps, gives back all that Chrome has granted, and starts Holdfast anew: its views close. No
 * server is told.
 */
export async function deleteEverything(): Promise<void> {
  const { origins = [] } = await browser.permissions.getAll();
  // What an organization's own package has from the start cannot be given back.
  for (const origin of origins) await browser.permissions.remove({ origins: [origin] }).catch(() => undefined);
  await browser.permissions.remove({ permissions: ['idle'] });
  await browser.scripting.unregisterContentScripts();
  await deleteDatabase();
  const { local, session, sync } = browser.storage;
  await Promise.all([local, session, sync].map((area) => area.clear()));
  browser.runtime.reload();
}
