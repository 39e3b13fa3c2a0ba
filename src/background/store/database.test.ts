import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { beforeEach, describe, expect, test } from 'vitest';
import { keepOpen, LAYOUT_VERSION, openDatabase } from './database.ts';

const STORES = [
  ...[
    'activity',
    'armed',
    'authorizations',
    'cookieSessions',
    'drills',
    'keys',
    'knownServers',
    'memory',
    'sessions',
    'tokens',
    'usage',
  ],
  'vault',
];
const ARMED = { agent: 'https://agent.example', issuer: 'https://as.example' } as never;
const BY_AGENT_AND_ISSUER = { keyPath: ['agent', 'issuer'] };

let name: string;
beforeEach(() => {
  name = `test-${crypto.randomUUID()}`;
});

test('makes every store on first use', async () => {
  const database = await openDatabase(name);
  expect([...database.objectStoreNames].sort()).toEqual(STORES);
  expect([...database.transaction('sessions').store.indexNames].sort()).toEqual(['access', 'refresh']);
});

test('a database of the first release goes on with what is in it, but for servers of all agents together', async () => {
  const first = await openDB(name, 1, {
    upgrade(database) {
      for (const store of ['keys', 'tokens', 'usage']) database.createObjectStore(store, { keyPath: 'id' });
      database.createObjectStore('armed', BY_AGENT_AND_ISSUER).add(ARMED);
      database.createObjectStore('servers', { keyPath: 'issuer' });
    },
  });
  first.close();
  const database = await openDatabase(name);
  expect(await database.getAll('armed')).toEqual([ARMED]);
  expect([...database.objectStoreNames].sort()).toEqual(STORES);
});

test('a database of a newer version is refused with a code, and left as it is', async () => {
  const newer = await openDB(name, LAYOUT_VERSION + 100, {
    upgrade: (database) => void database.createObjectStore('future').add('kept', 1),
  });
  newer.close();
  await expect(openDatabase(name)).rejects.toMatchObject({ code: 'storage_newer' });
  const again = await openDB(name);
  expect([again.version, await again.getAll('future')]).toEqual([LAYOUT_VERSION + 100, ['kept']]);
});

describe('an upgrade that was broken off', () => {
  test('before it was done is as if it had not begun: the next start does it', async () => {
    await expect(
      openDB(name, LAYOUT_VERSION, {
        upgrade(database, _from, _to, transaction) {
          database.createObjectStore('keys', { keyPath: 'thumbprint' });
          transaction.done.catch(() => undefined);
          transaction.abort();
        },
      }),
    ).rejects.toThrow();
    expect([...(await openDatabase(name)).objectStoreNames].sort()).toEqual(STORES);
  });

  test('halfway, with some stores and indexes missing, is finished, and what was there stays', async () => {
    const half = await openDB(name, LAYOUT_VERSION, {
      upgrade(database) {
        database.createObjectStore('armed', BY_AGENT_AND_ISSUER).add(ARMED);
        database.createObjectStore('sessions', { keyPath: 'id' }).createIndex('access', 'handles.access');
      },
    });
    half.close();
    const database = await openDatabase(name);
    expect([...database.objectStoreNames].sort()).toEqual(STORES);
    expect([...database.transaction('sessions').store.indexNames].sort()).toEqual(['access', 'refresh']);
    expect(await database.getAll('armed')).toEqual([ARMED]);
  });

  test('after all stores, with an index missing, is finished', async () => {
    (await openDatabase(name)).close();
    const half = await openDB(name, LAYOUT_VERSION + 1, {
      upgrade: (_database, _from, _to, transaction) => transaction.objectStore('authorizations').deleteIndex('at'),
    });
    half.close();
    const database = await openDatabase(name);
    expect([...database.transaction('authorizations').store.indexNames]).toEqual(['at']);
  });

  test('and repaired is not taken for a newer version by the next start', async () => {
    (await openDB(name, LAYOUT_VERSION)).close();
    const repaired = await openDatabase(name);
    expect(repaired.version).toBe(LAYOUT_VERSION + 1);
    repaired.close();
    expect((await openDatabase(name)).version).toBe(LAYOUT_VERSION + 1);
  });
});

test('a newer version that wants the database gets it', async () => {
  await openDatabase(name);
  const newer = await openDB(name, LAYOUT_VERSION + 100);
  expect(newer.version).toBe(LAYOUT_VERSION + 100);
});

describe('a connection that is kept open', () => {
  test('is opened once, however many use it', async () => {
    const database = keepOpen(name);
    const [one, two] = await Promise.all([database, database]);
    expect(one).toBe(two);
  });

  test('is opened again after it was closed', async () => {
    const database = keepOpen(name);
    const first = await database;
    const newer = await openDB(name, first.version + 1);
    newer.close();
    const second = await database;
    expect(second).not.toBe(first);
    expect(await second.getAll('knownServers')).toEqual([]);
  });

  test('is tried again after it could not be opened', async () => {
    const newer = await openDB(name, LAYOUT_VERSION + 100);
    newer.close();
    const database = keepOpen(name);
    await expect(Promise.resolve(database)).rejects.toMatchObject({ code: 'storage_newer' });
    indexedDB.deleteDatabase(name);
    expect((await database).version).toBe(LAYOUT_VERSION);
  });
});
