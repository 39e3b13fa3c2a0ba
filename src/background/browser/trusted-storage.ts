import browser, { type Storage } from 'webextension-polyfill';

/** A storage area, with what Chrome can do to it beside. */
type Area = Storage.StorageArea & {
  setAccessLevel(options: { readonly accessLevel: 'TRUSTED_CONTEXTS' }): Promise<void>;
};

/**
 * What is stored decides which agent may do what. Chrome lets scripts in pages read and write it, unless it is told not to:
 * a page that has taken over its own process could speak as the relay there.
 */
export async function keepStorageFromPages(): Promise<void> {
  const { local, sync, managed, session } = browser.storage;
  const areas = [local, sync, managed, session] as readonly Storage.StorageArea[] as readonly Area[];
  await Promise.all(areas.map((area) => area.setAccessLevel({ accessLevel: 'TRUSTED_CONTEXTS' })));
}
