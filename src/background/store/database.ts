import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { AccessHandle, RefreshHandle } from '../../messages/handle.ts';
import type { ProofKey, Thumbprint } from '../../protocol/dpop/key.ts';
import type { Activity } from '../../sessions/activity.ts';
import type { Armed, Authorization, KnownServer } from '../../sessions/ports.ts';
import type { Session, SessionId, Usage } from '../../sessions/session.ts';

/** Tokens at rest: JSON, encrypted with AES-GCM under the vault's key. */
export interface SealedTokens {
  readonly session: SessionId;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

export interface Schema extends DBSchema {
  /** Key pairs whose private half cannot be exported, by their thumbprint. */
  keys: { key: Thumbprint; value: ProofKey & { readonly createdAt: number } };
  /** The one key that seals tokens; it cannot be exported either. */
  vault: { key: 'wrapping'; value: CryptoKey };
  tokens: { key: SessionId; value: SealedTokens };
  sessions: { key: SessionId; value: Session; indexes: { access: AccessHandle; refresh: RefreshHandle } };
  usage: { key: SessionId; value: Usage & { readonly session: SessionId } };
  servers: { key: string; value: KnownServer };
  armed: { key: [string, string]; value: Armed };
  authorizations: { key: string; value: Authorization; indexes: { at: number } };
  activity: { key: number; value: Activity };
}

export type Database = IDBPDatabase<Schema>;

const VERSION = 1;

/** Opens Holdfast's database, and makes it on first use. */
export function openDatabase(name = 'holdfast'): Promise<Database> {
  return openDB<Schema>(name, VERSION, {
    upgrade(database) {
      database.createObjectStore('keys', { keyPath: 'thumbprint' });
      database.createObjectStore('vault');
      database.createObjectStore('tokens', { keyPath: 'session' });
      const sessions = database.createObjectStore('sessions', { keyPath: 'id' });
      sessions.createIndex('access', 'handles.access');
      sessions.createIndex('refresh', 'handles.refresh');
      database.createObjectStore('usage', { keyPath: 'session' });
      database.createObjectStore('servers', { keyPath: 'issuer' });
      database.createObjectStore('armed', { keyPath: ['agent', 'issuer'] });
      database.createObjectStore('authorizations', { keyPath: 'codeChallenge' }).createIndex('at', 'at');
      database.createObjectStore('activity', { autoIncrement: true });
    },
  });
}

/** Options for a write that must be on disk when it resolves. */
export const DURABLE = { durability: 'strict' } as const;
