import type { ServerStore } from '../../sessions/ports.ts';
import type { Database } from './database.ts';
import { readable } from './readable.ts';
import { readServer } from './records.ts';

/** Authorization servers, by issuer. They are few, and read on the way of every token request. */
export function createServerStore(database: PromiseLike<Database>): ServerStore {
  return {
    get: async (issuer) => readServer(await (await database).get('servers', issuer)),
    list: async () => readable(await (await database).getAll('servers'), readServer),
    save: async (server) => void (await (await database).put('servers', server)),
    remove: async (issuer) => (await database).delete('servers', issuer),
  };
}
