import type { DeviceBoundSession } from '../../model/cookie-session.ts';
import type { Database } from './database.ts';
import { readable } from './readable.ts';
import { readCookieSession } from './records.ts';

/** Cookie sessions that the browser binds, by their servers: the newest word of each. */
export function createCookieSessionStore(database: PromiseLike<Database>, changed: () => void) {
  return {
    async list(): Promise<DeviceBoundSession[]> {
      return readable(await (await database).getAll('cookieSessions'), readCookieSession);
    },

    /** A response told something of one: what it did not tell stays as it is known. */
    async note({ server, ...told }: Pick<DeviceBoundSession, 'server'> & Partial<DeviceBoundSession>): Promise<void> {
      const transaction = (await database).transaction('cookieSessions', 'readwrite');
      const before = readCookieSession(await transaction.store.get(server)) ?? { server, algorithms: [] };
      await Promise.all([transaction.store.put({ ...before, ...told }), transaction.done]);
      changed();
    },
  };
}

export type CookieSessionStore = ReturnType<typeof createCookieSessionStore>;
