import { decode, encode } from 'jose/base64url';
import browser from 'webextension-polyfill';

/** Where the vault's raw key is while it is unlocked: somewhere that outlives the worker, and not the browser. */
export interface RawKeyMemory {
  get(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  set(raw: Uint8Array<ArrayBuffer>): Promise<void>;
  clear(): Promise<void>;
}

/** `storage.session`: in memory, for the extension's own pages alone. It cannot hold a CryptoKey, hence the raw bytes. */
export function createRawKeyMemory(): RawKeyMemory {
  return {
    async get() {
      const { vaultKey } = await browser.storage.session.get('vaultKey');
      return typeof vaultKey === 'string' ? new Uint8Array(decode(vaultKey)) : undefined;
    },
    set: (raw) => browser.storage.session.set({ vaultKey: encode(raw) }),
    clear: () => browser.storage.session.remove('vaultKey'),
  };
}
