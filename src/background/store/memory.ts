import * as v from 'valibot';
import type { ServerMemory } from '../../sessions/ports.ts';

/** `storage.session`, as far as it is used here. */
interface SessionArea {
  get(defaults: Record<string, unknown>): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
}

/** So many token endpoints without DPoP are remembered for one agent: it is the agent that names them. */
export const MOST_PLAIN = 32;

const Remembered = v.object({
  nonces: v.fallback(v.record(v.string(), v.string()), () => ({})),
  clocks: v.fallback(v.record(v.string(), v.pipe(v.number(), v.finite())), () => ({})),
  plain: v.fallback(v.record(v.string(), v.literal(true)), () => ({})),
});

/**
 * What servers said last, in `storage.session`: they outlive the worker, not the browser. What cannot be written there is
 * kept as long as the worker lives: no request fails for it.
 *
 * @param failed is told why
 */
export function createServerMemory(area: SessionArea, failed: (error: unknown) => void): ServerMemory {
  const loaded = area
    .get({ nonces: {}, clocks: {}, plain: {} })
    .then((stored) => v.parse(Remembered, stored))
    .catch((error): v.InferOutput<typeof Remembered> => {
      failed(error);
      return { nonces: {}, clocks: {}, plain: {} };
    });

  return {
    nonce: async (origin) => (await loaded).nonces[origin],
    async setNonce(origin, nonce) {
      const { nonces } = await loaded;
      if (nonces[origin] === nonce) return;
      nonces[origin] = nonce;
      await area.set({ nonces }).catch(failed);
    },
    clockOffset: async (origin) => (await loaded).clocks[origin] ?? 0,
    async setClockOffset(origin, milliseconds) {
      const { clocks } = await loaded;
      clocks[origin] = milliseconds;
      await area.set({ clocks }).catch(failed);
    },
    isPlain: async (agent, tokenEndpoint) => `${agent} ${tokenEndpoint}` in (await loaded).plain,
    async setPlain(agent, tokenEndpoint, isPlain) {
      const { plain } = await loaded;
      const key = `${agent} ${tokenEndpoint}`;
      delete plain[key];
      if (isPlain) plain[key] = true;
      const [oldest, ...others] = Object.keys(plain).filter((other) => other.startsWith(`${agent} `));
      if (oldest !== undefined && others.length >= MOST_PLAIN) delete plain[oldest];
      await area.set({ plain }).catch(failed);
    },
  };
}
