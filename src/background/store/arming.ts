import type { ArmingStore } from '../../sessions/ports.ts';
import { type Database, DURABLE } from './database.ts';
import { readable } from './readable.ts';
import { readArmed, readAuthorization } from './records.ts';

/** Which key the next authorization request names, and which one those that have left did. */
export function createArmingStore(database: PromiseLike<Database>): ArmingStore {
  return {
    get: async (agent, issuer) => readArmed(await (await database).get('armed', [agent, issuer])),
    async ofAgent(agent) {
      const range = IDBKeyRange.bound([agent, ''], [agent, '\uffff']);
      return readable(await (await database).getAll('armed', range), readArmed);
    },
    list: async () => readable(await (await database).getAll('armed'), readArmed),
    async save(armed) {
      const transaction = (await database).transaction('armed', 'readwrite', DURABLE);
      await Promise.all([transaction.store.put(armed), transaction.done]);
    },
    remove: async (agent, issuer) => (await database).delete('armed', [agent, issuer]),
    async authorization(codeChallenge) {
      return readAuthorization(await (await database).get('authorizations', codeChallenge));
    },
    async saveAuthorization(authorization) {
      const transaction = (await database).transaction('authorizations', 'readwrite', DURABLE);
      await Promise.all([transaction.store.put(authorization), transaction.done]);
    },
    removeAuthorization: async (codeChallenge) => (await database).delete('authorizations', codeChallenge),
    authorizations: async () => readable(await (await database).getAll('authorizations'), readAuthorization),
    async forgetAuthorizations(before) {
      const transaction = (await database).transaction('authorizations', 'readwrite');
      const old = await transaction.store.index('at').getAllKeys(IDBKeyRange.upperBound(before));
      await Promise.all([...old.map((codeChallenge) => transaction.store.delete(codeChallenge)), transaction.done]);
    },
  };
}
