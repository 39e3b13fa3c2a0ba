import type { ArmingStore, ServerStore } from '../../sessions/ports.ts';
import { type Database, DURABLE } from './database.ts';

/** Authorization servers, by issuer. They are few, and read on the way of every token request. */
export function createServerStore(database: Promise<Database>): ServerStore {
  return {
    get: async (issuer) => (await database).get('servers', issuer),
    list: async () => (await database).getAll('servers'),
    save: async (server) => void (await (await database).put('servers', server)),
  };
}

/** Which key the next authorization request names, and which one those that have left did. */
export function createArmingStore(database: Promise<Database>): ArmingStore {
  return {
    get: async (agent, issuer) => (await database).get('armed', [agent, issuer]),
    ofAgent: async (agent) => (await database).getAll('armed', IDBKeyRange.bound([agent, ''], [agent, '\uffff'])),
    list: async () => (await database).getAll('armed'),
    async save(armed) {
      const transaction = (await database).transaction('armed', 'readwrite', DURABLE);
      await Promise.all([transaction.store.put(armed), transaction.done]);
    },
    remove: async (agent, issuer) => (await database).delete('armed', [agent, issuer]),
    authorization: async (codeChallenge) => (await database).get('authorizations', codeChallenge),
    async saveAuthorization(authorization) {
      const transaction = (await database).transaction('authorizations', 'readwrite', DURABLE);
      await Promise.all([transaction.store.put(authorization), transaction.done]);
    },
    authorizations: async () => (await database).getAll('authorizations'),
    async forgetAuthorizations(before) {
      const transaction = (await database).transaction('authorizations', 'readwrite');
      const old = await transaction.store.index('at').getAllKeys(IDBKeyRange.upperBound(before));
      await Promise.all([...old.map((codeChallenge) => transaction.store.delete(codeChallenge)), transaction.done]);
    },
  };
}
