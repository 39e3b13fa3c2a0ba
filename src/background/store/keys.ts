import { ALGORITHMS } from '../../protocol/dpop/algorithm.ts';
import {
  generateProofKey,
  type ProofKey,
  type Thumbprint,
  thumbprint as thumbprintOf,
} from '../../protocol/dpop/key.ts';
import type { KeyStore } from '../../sessions/ports.ts';
import { type Database, DURABLE } from './database.ts';

/** Keys in IndexedDB: a structured clone keeps them non-extractable across restarts. Keys in use stay in memory. */
export function createKeyStore(database: PromiseLike<Database>, now: () => number): KeyStore {
  const inUse = new Map<Thumbprint, ProofKey>();

  return {
    async create(algorithm) {
      const key = await generateProofKey(algorithm);
      const transaction = (await database).transaction('keys', 'readwrite', DURABLE);
      await Promise.all([transaction.store.add({ ...key, createdAt: now() }), transaction.done]);
      return key;
    },

    async get(thumbprint) {
      const key = inUse.get(thumbprint) ?? (await whole(thumbprint, await (await database).get('keys', thumbprint)));
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

/** A stored key, if it is one: the public half has to be the one that the thumbprint names. */
async function whole(thumbprint: Thumbprint, stored: ProofKey | undefined): Promise<ProofKey | undefined> {
  if (!(stored?.privateKey instanceof CryptoKey) || !ALGORITHMS.includes(stored.algorithm)) return undefined;
  // A public key that is none has no thumbprint: the record is damaged.
  const named = await thumbprintOf(stored.publicJwk).catch(() => undefined);
  return named === thumbprint ? stored : undefined;
}
