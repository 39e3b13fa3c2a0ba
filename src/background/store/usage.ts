import { RECENT_MINUTES } from '../../model/quotas.ts';
import type { SessionId } from '../../model/session.ts';
import type { Usage } from '../../model/usage.ts';
import type { UsageStore } from '../../sessions/ports.ts';
import type { Database } from './database.ts';
import { readUsage } from './records.ts';

/** Counts are written this long after they change, in milliseconds: a worker that idles dies thirty seconds later. */
const DELAY = 250;

const NONE: Usage = { proofs: 0, recent: [] };

/**
 * Counts and results of sessions, written together and a little later.
 *
 * @param failed called when they could not be written: they are written with the next change
 */
export function createUsageStore(
  database: PromiseLike<Database>,
  changed: (id: SessionId) => void,
  failed: (error: unknown) => void = () => undefined,
): UsageStore {
  const known = new Map<SessionId, Usage>();
  const dirty = new Set<SessionId>();
  let scheduled = false;
  let isComplete = false;
  const loading = new Map<SessionId, Promise<Usage>>();

  function load(id: SessionId): Promise<Usage> {
    const running = loading.get(id);
    if (running) return running;
    const read = Promise.resolve(database)
      .then((open) => open.get('usage', id))
      .then((stored) => {
        const usage = readUsage(stored) ?? NONE;
        known.set(id, usage);
        return usage;
      })
      .finally(() => loading.delete(id));
    loading.set(id, read);
    return read;
  }

  async function update(id: SessionId, change: (usage: Usage) => Usage): Promise<void> {
    if (!known.has(id)) await load(id);
    known.set(id, change(known.get(id) ?? NONE));
    if (!scheduled) setTimeout(() => void write(), DELAY);
    scheduled = true;
    dirty.add(id);
    changed(id);
  }

  async function write(): Promise<void> {
    scheduled = false;
    const ids = [...dirty];
    dirty.clear();
    try {
      const transaction = (await database).transaction('usage', 'readwrite');
      await Promise.all([
        ...ids.map((id) => transaction.store.put({ ...(known.get(id) ?? NONE), session: id })),
        transaction.done,
      ]);
    } catch (error) {
      for (const id of ids) dirty.add(id);
      failed(error);
    }
  }

  /** What is not in memory yet, in one read: for those who want to know of every session. */
  async function readAhead(): Promise<void> {
    if (isComplete) return;
    for (const stored of await (await database).getAll('usage')) {
      if (!known.has(stored.session)) known.set(stored.session, readUsage(stored) ?? NONE);
    }
    isComplete = true;
  }

  return {
    readAhead,
    get: async (id) => known.get(id) ?? (isComplete ? NONE : load(id)),
    sent: (id, proof, { sessionId, protocolVersion }) =>
      void update(id, ({ unreached: _, ...usage }) => ({
        ...usage,
        ...(proof && {
          proofs: usage.proofs + 1,
          recent: counted(usage.recent, Math.floor(proof.at / 60_000)),
          proof,
        }),
        mcp: { sessionId, protocolVersion },
      })).catch(failed),
    demandsNonce: (id) =>
      void update(id, (usage) => (usage.demandsNonce ? usage : { ...usage, demandsNonce: true })).catch(failed),
    refreshed: (id, isServed, server) =>
      void update(id, ({ unrefreshed: _, ...usage }) =>
        isServed ? withoutRefusal(usage, server) : { ...usage, unrefreshed: true },
      ).catch(failed),
    repeatsToken: (id) => void update(id, (usage) => ({ ...usage, repeatsToken: true })).catch(failed),
    leftUnasked: (id) => void update(id, (usage) => ({ ...usage, leftUnasked: true })).catch(failed),
    passedOn: (id, to) =>
      void update(id, (usage) => ({ ...usage, passedOn: [...(usage.passedOn ?? []), to] })).catch(failed),
    unreached: (id, unreached) => void update(id, (usage) => ({ ...usage, unreached })).catch(failed),
    answered: (id, last, server) =>
      void update(id, (usage) => ({ ...withoutRefusal(usage, server), last })).catch(failed),
    proofRefused: (id, server) => void update(id, (usage) => ({ ...usage, proofRefusedBy: server })).catch(failed),
  };
}

/** A server that answers again has not refused the latest proof; one that does says so anew. */
function withoutRefusal({ proofRefusedBy, ...usage }: Usage, server: string): Usage {
  return proofRefusedBy === undefined || proofRefusedBy === server ? usage : { ...usage, proofRefusedBy };
}

function counted(recent: Usage['recent'], minute: number): Usage['recent'] {
  const before = recent.filter(([other]) => other > minute - RECENT_MINUTES && other !== minute);
  const [, count] = recent.find(([other]) => other === minute) ?? [minute, 0];
  return [...before, [minute, count + 1]];
}
