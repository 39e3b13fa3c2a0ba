import browser from 'webextension-polyfill';
import type { ServerMemory } from '../../sessions/ports.ts';

interface Remembered {
  readonly nonces: Record<string, string>;
  readonly clocks: Record<string, number>;
  readonly plain: Record<string, true>;
}

/** What servers said last, in `storage.session`: they outlive the worker, not the browser. */
export function createServerMemory(): ServerMemory {
  const loaded = browser.storage.session.get({
    nonces: {},
    clocks: {},
    plain: {},
  }) as Promise<unknown> as Promise<Remembered>;

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
    isPlain: async (agent, tokenEndpoint) => `${agent} ${tokenEndpoint}` in (await loaded).plain,
    async setPlain(agent, tokenEndpoint, isPlain) {
      const { plain } = await loaded;
      if (isPlain) plain[`${agent} ${tokenEndpoint}`] = true;
      else delete plain[`${agent} ${tokenEndpoint}`];
      await browser.storage.session.set({ plain });
    },
  };
}
