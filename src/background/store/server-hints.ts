import * as v from 'valibot';
import { SIGN_IN_EXPECTED_MS } from '../../model/lifetimes.ts';
import { MOST_LOOKED, MOST_PLAIN, MOST_SCHEMES, MOST_SERVERS } from '../../model/quotas.ts';
import { isScheme } from '../../model/scheme.ts';
import type { ServerMemory } from '../../sessions/ports.ts';
import type { Database } from './database.ts';
import { type Remembered, readRemembered } from './records.ts';

/** `storage.session`, as far as it is used here. */
interface SessionArea {
  get(defaults: Record<string, unknown>): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
}

interface Places {
  readonly database: PromiseLike<Database>;
  readonly area: SessionArea;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called with the error when a hint cannot be stored: it is kept in memory then, and no request fails. */
  readonly failed: (error: unknown) => void;
  /** Called with a resource whose token scheme has changed. */
  readonly schemeChanged?: (resource: string) => void;
}

const MINUTE_MS = 60_000;

const Clocks = v.fallback(v.record(v.string(), v.pipe(v.number(), v.finite())), () => ({}));

/**
 * What servers said last. It outlives the browser: a server may spend a code or a refresh token before it asks for a nonce.
 * Clocks are kept in `storage.session`, for as long as the browser runs: a person may have set theirs right since.
 */
export function createServerMemory(places: Places): ServerMemory {
  const { area, now, failed, schemeChanged = () => undefined } = places;
  const nonces = createTable(places, 'nonce', { most: MOST_SERVERS, sharer: () => '' });
  const sharer = (name: string) => name.split(' ')[0] ?? '';
  const plain = createTable(places, 'plain', { most: MOST_PLAIN, sharer });
  const misnamed = createTable(places, 'misnamed', { most: MOST_PLAIN, sharer });
  const looked = createTable(places, 'looked', { most: MOST_LOOKED, sharer });
  const schemes = createTable(places, 'scheme', { most: MOST_SCHEMES, sharer: () => '' });
  const clocks = area
    .get({ clocks: {} })
    .then((stored) => v.parse(Clocks, stored.clocks))
    .catch((error): v.InferOutput<typeof Clocks> => {
      failed(error);
      return {};
    });

  return {
    nonce: (origin) => nonces.get(origin),
    setNonce: (origin, nonce) => nonces.set(origin, nonce),
    clockOffset: async (origin) => (await clocks)[origin] ?? 0,
    knowsClock: async (origin) => (await clocks)[origin] !== undefined,
    async setClockOffset(origin, milliseconds) {
      const known = await clocks;
      if (known[origin] === milliseconds) return;
      delete known[origin];
      known[origin] = milliseconds;
      for (const oldest of Object.keys(known).slice(0, -MOST_SERVERS)) delete known[oldest];
      await area.set({ clocks: known }).catch(failed);
    },
    isPlain: async (agent, tokenEndpoint) => (await plain.get(`${agent} ${tokenEndpoint}`)) !== undefined,
    setPlain: (agent, tokenEndpoint, isPlain) => plain.set(`${agent} ${tokenEndpoint}`, isPlain ? 'plain' : undefined),
    isMisnamed: async (agent, tokenEndpoint) => (await misnamed.get(`${agent} ${tokenEndpoint}`)) !== undefined,
    setMisnamed: (agent, tokenEndpoint, isMisnamed) =>
      misnamed.set(`${agent} ${tokenEndpoint}`, isMisnamed ? 'misnamed' : undefined),
    async hasLookedAt(agent, origin) {
      const minute = Number((await looked.get(`${agent} ${origin}`)) ?? Number.NEGATIVE_INFINITY);
      return now() < minute * MINUTE_MS + SIGN_IN_EXPECTED_MS;
    },
    // To the minute: a page may look often.
    lookedAt: (agent, origin) => looked.set(`${agent} ${origin}`, String(Math.floor(now() / MINUTE_MS))),
    async scheme(resource) {
      const known = await schemes.get(resource);
      return known !== undefined && isScheme(known) ? known : undefined;
    },
    async setScheme(resource, scheme) {
      await schemes.set(resource, scheme);
      schemeChanged(resource);
    },
  };
}

/**
 * One kind of hint, by name. Above the maximum for its sharer, the oldest is deleted.
 *
 * @param sharer whose maximum a hint counts towards, by the name of the hint
 */
function createTable(
  { database, now, failed }: Places,
  kind: Remembered['kind'],
  { most, sharer }: { readonly most: number; readonly sharer: (name: string) => string },
) {
  let loading: Promise<Map<string, string>> | undefined;

  /** In the order in which it was said. */
  function entries(): Promise<Map<string, string>> {
    loading ??= load().catch((error): Map<string, string> => {
      failed(error);
      return new Map();
    });
    return loading;
  }

  async function load(): Promise<Map<string, string>> {
    const stored = await (await database).getAll('memory', IDBKeyRange.bound([kind, ''], [kind, '\uffff']));
    const read = stored.flatMap((record) => readRemembered(record) ?? []).sort((one, other) => one.at - other.at);
    return new Map(read.map(({ name, value }) => [name, value]));
  }

  async function set(name: string, value: string | undefined): Promise<void> {
    const known = await entries();
    if (known.get(name) === value) return;
    known.delete(name);
    if (value !== undefined) known.set(name, value);
    const sharing = [...known.keys()].filter((other) => sharer(other) === sharer(name));
    const gone = sharing.slice(0, Math.max(0, sharing.length - most));
    for (const other of gone) known.delete(other);
    await write(name, value, gone).catch(failed);
  }

  async function write(name: string, value: string | undefined, gone: readonly string[]): Promise<void> {
    const transaction = (await database).transaction('memory', 'readwrite');
    await Promise.all([
      ...gone.map((other) => transaction.store.delete([kind, other])),
      value === undefined
        ? transaction.store.delete([kind, name])
        : transaction.store.put({ kind, name, value, at: now() }),
      transaction.done,
    ]);
  }

  return { get: async (name: string) => (await entries()).get(name), set };
}
