import { MOST_KNOWN_SERVERS } from '../../model/quotas.ts';
import type { ServerStore } from '../../sessions/ports.ts';
import type { Database } from './database.ts';
import { readable } from './readable.ts';
import { readServer } from './records.ts';

/** Authorization servers, by agent and issuer. Those of one agent are few, and read on the way of each of its token requests. */
export function createServerStore(database: PromiseLike<Database>): ServerStore {
  return {
    get: async (agent, issuer) => readServer(await (await database).get('knownServers', [agent, issuer])),
    list: async (agent) => readable(await (await database).getAllFromIndex('knownServers', 'agent', agent), readServer),
    async save(agent, server) {
      const transaction = (await database).transaction('knownServers', 'readwrite');
      const { store } = transaction;
      await store.put({ ...server, agent });
      const known = await store.index('agent').getAll(agent);
      const oldest = known
        .toSorted((one, other) => one.checkedAt - other.checkedAt)
        .slice(0, Math.max(0, known.length - MOST_KNOWN_SERVERS));
      for (const { issuer } of oldest) await store.delete([agent, issuer]);
      await transaction.done;
    },
    remove: async (agent, issuer) => (await database).delete('knownServers', [agent, issuer]),
    names: async () => (await database).getAllKeys('knownServers'),
  };
}
