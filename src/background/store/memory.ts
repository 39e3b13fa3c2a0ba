import browser from 'webextension-polyfill';
import type { ServerMemory } from '../../sessions/ports.ts';

interface Remembered {
  readonly nonces: Record<string, string>;
  readonly clocks: Record<string, number>;
}

/** Nonces and clock offsets by server origin, in `storage.session`: they outlive the worker, not the browser. */
export function createServerMemory(): ServerMemory {
  const loaded = browser.storage.session.get({ nonces: {}, clocks: {} }) as Promise<unknown> as Promise<Remembered>;

  return {
    nonce: async (origin) => (await loaded).nonces[origin],
    async setNonce(origin, nonce) {
      const { nonces } = await loaded;
      if (nonces[origin] === nonce) return;
      nonces[origin] = nonce;
      await browser.storage.session.set({ nonces });
    },
    clockOffset: async (origin) => (await loaded).clocks[origin] ?? 0,
    async setClockOffset(origin, milliseconds) {
      const { clocks } = await loaded;
      clocks[origin] = milliseconds;
      await browser.storage.session.set({ clocks });
    },
  };
}
