import { type DBSchema, deleteDB, type IDBPDatabase, openDB, type StoreNames, unwrap } from 'idb';
import type { Activity } from '../../model/activity.ts';
import type { DeviceBoundSession } from '../../model/cookie-session.ts';
import type { Drill } from '../../model/drill.ts';
import type { AccessHandle, GivenHandle, RefreshHandle, TokenDigest } from '../../model/handle.ts';
import type { Origin } from '../../model/origin.ts';
import type { Issuer, KnownServer } from '../../model/server.ts';
import type { Session, SessionId } from '../../model/session.ts';
import type { Armed, Authorization } from '../../model/sign-in.ts';
import type { Usage } from '../../model/usage.ts';
import type { ProofKey, Thumbprint } from '../../protocol/dpop/key.ts';
import { HoldfastError } from '../../protocol/error.ts';
import type { Remembered } from './records.ts';
import type { SealedTokens } from './sealed-tokens.ts';
import type { WrappedKey } from './wrapped-key.ts';

export interface Schema extends DBSchema {
  /** Key pairs whose private half cannot be exported, by their thumbprint. */
  keys: { key: Thumbprint; value: ProofKey & { readonly createdAt: number } };
  /** The one key that seals tokens: it cannot be exported either, or it is encrypted under a passkey's secret. */
  vault: { key: 'wrapping'; value: CryptoKey | WrappedKey };
  tokens: { key: SessionId; value: SealedTokens };
  sessions: {
    key: SessionId;
    value: Session;
    indexes: { access: AccessHandle | GivenHandle | TokenDigest; refresh: RefreshHandle | TokenDigest };
  };
  usage: { key: SessionId; value: Usage & { readonly session: SessionId } };
  knownServers: {
    key: [Origin, Issuer];
    value: KnownServer & { readonly agent: Origin };
    indexes: { agent: Origin };
  };
  armed: { key: [string, string]; value: Armed };
  authorizations: { key: string; value: Authorization; indexes: { at: number } };
  activity: { key: number; value: Activity };
  drills: { key: string; value: Drill };
  cookieSessions: { key: string; value: DeviceBoundSession };
  memory: { key: [string, string]; value: Remembered };
}

export type Database = IDBPDatabase<Schema>;
type Store = StoreNames<Schema>;

const NAME = 'holdfast';

/** Hundreds count layouts; what is between them counts repairs of that layout. */
export const LAYOUT_VERSION = 100;

const LAYOUT: Record<Store, { options: IDBObjectStoreParameters; indexes?: Record<string, string> }> = {
  keys: { options: { keyPath: 'thumbprint' } },
  vault: { options: {} },
  tokens: { options: { keyPath: 'session' } },
  sessions: { options: { keyPath: 'id' }, indexes: { access: 'handles.access', refresh: 'handles.refresh' } },
  usage: { options: { keyPath: 'session' } },
  knownServers: { options: { keyPath: ['agent', 'issuer'] }, indexes: { agent: 'agent' } },
  armed: { options: { keyPath: ['agent', 'issuer'] } },
  authorizations: { options: { keyPath: 'codeChallenge' }, indexes: { at: 'at' } },
  activity: { options: { autoIncrement: true } },
  drills: { options: { keyPath: 'session' } },
  cookieSessions: { options: { keyPath: 'server' } },
  memory: { options: { keyPath: ['kind', 'name'] } },
};
const STORES = Object.keys(LAYOUT) as Store[];

/**
 * Opens Holdfast's database, and makes it on first use. What an upgrade that was broken off has left out is made up for:
 * what is there stays as it is.
 *
 * @param closed is called when the browser, or a newer version of Holdfast, has closed it
 * @throws HoldfastError `storage_newer`
 */
export async function openDatabase(name = NAME, closed: () => void = () => undefined): Promise<Database> {
  const found = await open(name, undefined, closed);
  if (found.version >= LAYOUT_VERSION + 100) {
    found.close();
    throw new HoldfastError('storage_newer', 'What is stored was written by a newer version of Holdfast.');
  }
  if (found.version >= LAYOUT_VERSION && isComplete(found)) return found;
  const next = Math.max(LAYOUT_VERSION, found.version + 1);
  found.close();
  return open(name, next, closed);
}

/**
 * The open database, to be awaited for each use: when it was closed, or could not be opened, the next use opens it.
 */
export function keepOpen(name?: string): PromiseLike<Database> {
  let current: Promise<Database> | undefined;
  const forget = (): void => {
    current = undefined;
  };
  const connect = (): Promise<Database> => {
    current ??= openDatabase(name, forget).catch((error) => {
      forget();
      throw error;
    });
    return current;
  };
  return {
    // biome-ignore lint/suspicious/noThenProperty: each await is to get the connection that is open at that moment
    then: (fulfilled, rejected) => connect().then(fulfilled, rejected),
  };
}

function open(name: string, version: number | undefined, closed: () => void): Promise<Database> {
  return openDB<Schema>(name, version, {
    upgrade(database, _from, _to, transaction) {
      // What was known of servers for all agents together, until 27 November 2026. It is read again.
      if (unwrap(database).objectStoreNames.contains('servers')) unwrap(database).deleteObjectStore('servers');
      for (const store of STORES) {
        const { options, indexes = {} } = LAYOUT[store];
        const isThere = database.objectStoreNames.contains(store);
        const raw = unwrap(isThere ? transaction.objectStore(store) : database.createObjectStore(store, options));
        for (const [index, path] of Object.entries(indexes)) {
          if (!raw.indexNames.contains(index)) raw.createIndex(index, path);
        }
      }
    },
    // A newer version waits for this one to let go.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      closed();
    },
    terminated: closed,
  });
}

function isComplete(database: Database): boolean {
  if (!STORES.every((store) => database.objectStoreNames.contains(store))) return false;
  const transaction = database.transaction(STORES);
  return STORES.every((store) => {
    const { indexNames } = unwrap(transaction.objectStore(store));
    return Object.keys(LAYOUT[store].indexes ?? {}).every((index) => indexNames.contains(index));
  });
}

/** Deletes all that is stored, of whatever version it is. Connections that are open are closed. */
export const deleteDatabase = (name = NAME): Promise<void> => deleteDB(name);

/** Options for a write that must be on disk when it resolves. */
export const DURABLE = { durability: 'strict' } as const;
