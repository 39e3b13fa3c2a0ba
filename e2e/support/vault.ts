import type { AuthorizationServer } from '../../src/demo/authorization-server.ts';
import { extensionPage } from './extension-page.ts';
import type { Browser } from './world.ts';

/** Every token that a server has issued. */
export function tokensOf({ issued }: AuthorizationServer): string[] {
  const tokens = [...issued.accessTokens, ...issued.refreshTokens];
  if (tokens.length === 0) throw new Error('no token was issued');
  return tokens;
}

/** The extension's database as whoever copies the profile reads it: all bytes, and every key that can be exported. */
export async function stored(browser: Browser, stores?: readonly string[]): Promise<string> {
  const page = await extensionPage(browser);
  return page.evaluate(async (wanted) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('holdfast');
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const texts: string[] = [];
    for (const store of wanted ?? database.objectStoreNames) {
      const reading = database.transaction(store).objectStore(store).getAll();
      await new Promise((resolve) => {
        reading.onsuccess = resolve;
      });
      await read(reading.result);
    }
    database.close();
    return texts.join('\n');

    async function read(value: unknown): Promise<void> {
      if (value instanceof CryptoKey) {
        for (const format of ['raw', 'jwk', 'pkcs8'] as const) {
          const exported = await crypto.subtle.exportKey(format as 'raw', value).catch(() => undefined);
          if (exported && value.type !== 'public') await read(exported);
        }
      } else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
        const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(value.buffer);
        texts.push(String.fromCharCode(...bytes), btoa(String.fromCharCode(...bytes)));
      } else if (typeof value === 'object' && value !== null) {
        for (const member of Object.values(value)) await read(member);
      } else {
        texts.push(String(value));
      }
    }
  }, stores);
}

/** The vault's raw key in the browser's memory, base64url; empty when there is none. */
export async function rawKey(browser: Browser): Promise<string> {
  const page = await extensionPage(browser);
  return page.evaluate(async () => {
    const { vaultKey } = await chrome.storage.session.get('vaultKey');
    return typeof vaultKey === 'string' ? vaultKey : '';
  });
}

/** Lets a test end the worker's long waits by itself: real timers, and a way to let them run out now. */
export async function holdLongWaits({ worker }: Browser): Promise<{ end: () => Promise<void> }> {
  const background = await worker();
  await background.evaluate(() => {
    const native = globalThis.setTimeout;
    const long: (() => void)[] = [];
    Object.assign(globalThis, {
      setTimeout: (work: (...given: unknown[]) => void, delay = 0, ...given: unknown[]) => {
        if (delay > 40_000) long.push(() => work(...given));
        return native(work, delay, ...given);
      },
      endLongWaits: () => {
        for (const work of long.splice(0)) work();
      },
    });
  });
  const end = () => background.evaluate(() => (globalThis as unknown as { endLongWaits(): void }).endLongWaits());
  return { end };
}
