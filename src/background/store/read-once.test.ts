import { expect, test, vi } from 'vitest';
import { aSessionId } from '../../model/brands.fixture.ts';
import { createWorld, newDatabase } from '../../scenarios/world.fixture.ts';
import type { Database } from './database.ts';
import { createSessionStore } from './sessions.ts';
import { createUsageStore } from './usage.ts';
import type { Vault } from './vault.ts';

/** A database that counts what is read of it. */
async function counted(): Promise<{ database: Promise<Database>; reads: string[] }> {
  const real = await newDatabase();
  const reads: string[] = [];
  const database = new Proxy(real, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        if (name === 'get' || name === 'getAll') reads.push(`${name} ${given[0]}`);
        return member.apply(target, given);
      };
    },
  });
  return { database: Promise.resolve(database), reads };
}

test('sessions are read once; what is saved and removed afterwards is in the list', async () => {
  const { database, reads } = await counted();
  const world = createWorld(database);
  const [one, other] = [await world.bound(), await world.bound()];
  const store = createSessionStore(database, {} as Vault, () => undefined);
  const ids = async () => (await store.list()).map(({ id }) => id).sort();

  expect(await ids()).toEqual([one.id, other.id].sort());
  reads.length = 0;
  await store.remove(one.id);
  await store.save({ ...other, retiring: true });
  expect(await store.list()).toEqual([{ ...other, retiring: true }]);
  expect(reads.filter((read) => read.endsWith('sessions'))).toEqual([]);
});

test('a session that is removed while all are read does not come back', async () => {
  const { database } = await counted();
  const world = createWorld(database);
  const [one, other] = [await world.bound(), await world.bound()];
  const store = createSessionStore(database, {} as Vault, () => undefined);
  const listing = store.list();
  await store.remove(one.id);
  await listing;
  await store.list();
  expect((await store.list()).map(({ id }) => id)).toEqual([other.id]);
});

test('counts of every session are read at once, and newer ones stay', async () => {
  const { database, reads } = await counted();
  const ids = ['a', 'b', 'c'].map(aSessionId);
  for (const session of ids) await (await database).put('usage', { session, proofs: 7, recent: [] });
  const store = createUsageStore(database, () => undefined);
  store.sent(aSessionId('a'), { at: 0, header: {}, claims: {} }, {});
  await vi.waitFor(async () => expect((await store.get(aSessionId('a'))).proofs).toBe(8));
  reads.length = 0;

  await store.readAhead();
  expect(await Promise.all(ids.map(async (id) => (await store.get(id)).proofs))).toEqual([8, 7, 7]);
  expect((await store.get(aSessionId('none'))).proofs).toBe(0);
  expect(reads).toEqual(['getAll usage']);
});
