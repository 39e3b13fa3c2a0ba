import { generateProofKey, type ProofKey, type Thumbprint } from '../../protocol/dpop/key.ts';
import type { KeyStore } from '../../sessions/ports.ts';
import { type Database, DURABLE } from './database.ts';

/** Keys in IndexedDB: a structured clone keeps them non-extractable across restarts. Keys in use stay in memory. */
export function createKeyStore(database: Promise<Database>, now: () => number): KeyStore {
  const inUse = new Map<Thumbprint, ProofKey>();

  return {
    async create(algorithm) {
      const key = await generateProofKey(algorithm);
      const transaction = (await database).transaction('keys', 'readwrite', DURABLE);
      await Promise.all([transaction.store.add({ ...key, createdAt: now() }), transaction.done]);
      return key;
    },

    async get(thumbprint) {
      const key = inUse.get(thumbprint) ?? (await (await database).get('keys', thumbprint));
      if (key) inUse.set(thumbprint, key);
      return key;
    },

    async remove(thumbprint) {
      inUse.delete(thumbprint);
      await (await database).delete('keys', thumbprint);
    },

    list: async () => (await database).getAllKeys('keys'),
  };
}
