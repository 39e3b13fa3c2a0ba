import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import { inExtensionsPage } from './developer-private.ts';
import { extensionPage } from './extension-page.ts';
import type { Browser } from './world.ts';

/** Listens to everything that is said on any console: of pages, of workers, and errors that nobody caught. */
export function listen(context: BrowserContext): readonly string[] {
  const said: string[] = [];
  context.on('console', (message) => said.push(message.text()));
  context.on('weberror', (error) => said.push(String(error.error().stack)));
  const hear = (worker: ReturnType<BrowserContext['serviceWorkers']>[number]): void => {
    worker.on('console', (message) => said.push(message.text()));
  };
  for (const worker of context.serviceWorkers()) hear(worker);
  context.on('serviceworker', hear);
  return said;
}

/**
 * Everything that the extension keeps, as text: its database with bytes as characters and keys as what script can read of
 * them, its storage areas, and the errors that Chrome has noted of it.
 */
export async function everythingStored(browser: Browser): Promise<string> {
  const page = await extensionPage(browser);
  const stored = await page.evaluate(async () => {
    const texts: string[] = [];
    const latin1 = (bytes: ArrayBuffer) => new TextDecoder('latin1').decode(bytes);
    const readable = (value: unknown): unknown => {
      if (value instanceof ArrayBuffer) return latin1(value);
      if (ArrayBuffer.isView(value)) return latin1(new Uint8Array(value.buffer as ArrayBuffer).slice().buffer);
      if (value instanceof CryptoKey) return `${value.type} key, extractable: ${value.extractable}`;
      if (Array.isArray(value)) return value.map(readable);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, readable(member)]));
    };
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const store of database.objectStoreNames) {
        const reading = database.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => {
          reading.onsuccess = resolve;
        });
        texts.push(`${name}.${store}: ${JSON.stringify(readable(reading.result))}`);
      }
      database.close();
    }
    for (const area of ['local', 'session', 'sync'] as const)
      texts.push(`storage.${area}: ${JSON.stringify(await chrome.storage[area].get(null))}`);
    texts.push(`localStorage: ${JSON.stringify(localStorage)}`, `caches: ${await caches.keys()}`, document.cookie);
    return texts.join('\n');
  });
  return `${stored}\nnoted by Chrome: ${await notedByChrome(browser.context)}`;
}

const notedByChrome = (context: BrowserContext): Promise<string> =>
  inExtensionsPage(context, async () => JSON.stringify(await chrome.developerPrivate.getExtensionsInfo()), undefined);

/** What of the extension's is on disk, byte for byte, once its browser is closed: by file. */
export async function filesOf(profile: string, id: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(profile, { recursive: true, withFileTypes: true });
  const found = new Map<string, string>();
  for (const entry of names) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !(path.includes(id) || path.includes('Extension State'))) continue;
    found.set(path.slice(profile.length), await readFile(path, 'latin1'));
  }
  return found;
}
