import { beforeEach, describe, expect, test, vi } from 'vitest';
import { anAccessToken } from '../../model/brands.fixture.ts';
import { type BoundSession, ended } from '../../model/session.ts';
import { tokensOf } from '../../model/tokens.ts';
import { createWorld, newDatabase, type World } from '../../scenarios/world.fixture.ts';
import type { Database } from './database.ts';
import { createSessionStore } from './sessions.ts';
import type { Vault } from './vault.ts';

const NEW = tokensOf({ accessToken: 'real-new', refreshToken: 'real-new-refresh' });

test('tokens that were held back are not written over newer ones, however long sealing them takes', async () => {
  const database = newDatabase();
  const session = await createWorld(database).bound();
  const written: unknown[] = [];
  let finishSlowOne = (): void => undefined;
  const vault = {
    async seal(id: string, { accessToken }: { accessToken: string }) {
      if (accessToken === 'old') await new Promise<void>((resolve) => (finishSlowOne = resolve));
      written.push(accessToken);
      return { session: id, iv: new Uint8Array(12), sealed: new TextEncoder().encode(accessToken).buffer };
    },
  } as unknown as Vault;
  const store = createSessionStore(database, vault, () => undefined);

  store.keepUnsaved(session, { accessToken: anAccessToken('old') });
  const writingOld = store.tokens(session.id);
  await store.save(session, { accessToken: anAccessToken('new') });
  finishSlowOne();
  await writingOld;
  expect(written).toEqual(['new', 'old']);
  const stored = await (await database).get('tokens', session.id);
  expect(new TextDecoder().decode(stored?.sealed)).toBe('new');
  expect(store.isUnsaved(session.id)).toBe(false);
});

/** A database that takes so many writes, and no more. */
function limited(real: Database) {
  let left = Number.POSITIVE_INFINITY;
  const database = new Proxy(real, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        if (given[1] === 'readwrite' || name === 'put' || name === 'delete') left -= 1;
        if (left < 0) throw new DOMException('no room', 'QuotaExceededError');
        return member.apply(target, given);
      };
    },
  });
  const allow = (writes: number): void => {
    left = writes;
  };
  return { database: Promise.resolve(database), allow };
}

test.each([0, 1, 2])('a worker that dies after %i writes leaves session and tokens of one moment', async (writes) => {
  const real = await newDatabase();
  const { database, allow } = limited(real);
  const world = createWorld(database);
  const session = await world.bound();
  allow(writes);
  await world.ports.sessions.save({ ...session, expiresAt: 2 }, NEW).catch(() => undefined);
  const next = createWorld(Promise.resolve(real)).ports.sessions;
  const found = [(await next.get(session.id))?.expiresAt, (await next.tokens(session.id))?.accessToken];
  expect([
    [2, 'real-new'],
    [session.expiresAt, 'real-access'],
  ]).toContainEqual(found);
});

describe('tokens that could not be written', () => {
  let world: World;
  let session: BoundSession;
  let allow: (writes: number) => void;
  beforeEach(async () => {
    const disk = limited(await newDatabase());
    allow = disk.allow;
    world = createWorld(disk.database);
    session = await world.bound();
    allow(0);
    world.ports.sessions.keepUnsaved(session, NEW);
  });
  const kept = () => world.ports.sessions.tokens(session.id);

  test('stay in memory when what comes next cannot be written either', async () => {
    await expect(world.ports.sessions.save({ ...session, retiring: true })).rejects.toThrow();
    expect(world.ports.sessions.isUnsaved(session.id)).toBe(true);
    expect(await kept()).toEqual(NEW);
  });

  test('stay in memory when the vault is locked: there is nowhere else to read them', async () => {
    world.ports.sessions.forgetTokens();
    expect(await kept()).toEqual(NEW);
  });

  test('go with their session when it ends', async () => {
    allow(Number.POSITIVE_INFINITY);
    await world.ports.sessions.save(ended(session, { state: 'revoked', confirmed: true }, 1));
    expect(await kept()).toBeUndefined();
    expect(await (await world.database).count('tokens')).toBe(0);
  });
});

test('a session that is taken off the list leaves no tokens and no counts', async () => {
  const world = createWorld();
  const { id } = await world.bound();
  world.ports.usage.sent(id, { at: 0, header: {}, claims: {} }, {});
  await vi.waitFor(async () => expect(await (await world.database).count('usage')).toBe(1));
  await world.ports.sessions.remove(id);
  for (const store of ['sessions', 'tokens', 'usage'] as const)
    expect(await (await world.database).count(store)).toBe(0);
});

describe('the token that a refresh has replaced', () => {
  let world: World;
  let session: BoundSession;
  beforeEach(async () => {
    world = createWorld();
    session = await world.bound();
    await world.ports.sessions.save({ ...session, expiresAt: 2 }, NEW);
  });

  test('is known, with its own time, until the next one is replaced', async () => {
    const { expiresAt } = session;
    expect(world.ports.sessions.replaced(session.id)).toEqual({ accessToken: 'real-access', expiresAt });
    await world.ports.sessions.save({ ...session, expiresAt: 3 });
    expect(world.ports.sessions.replaced(session.id)).toEqual({ accessToken: 'real-access', expiresAt });
    await world.ports.sessions.tokens(session.id);
    await world.ports.sessions.save(session, { accessToken: anAccessToken('real-3') });
    expect(world.ports.sessions.replaced(session.id)).toEqual({ accessToken: NEW.accessToken, expiresAt: 3 });
  });

  test('is forgotten when the vault is locked, and with its session', async () => {
    world.ports.sessions.forgetTokens();
    expect(world.ports.sessions.replaced(session.id)).toBeUndefined();
    await world.ports.sessions.tokens(session.id);
    await world.ports.sessions.save(session, { accessToken: anAccessToken('real-3') });
    await world.ports.sessions.save(ended(session, { state: 'revoked', confirmed: true }, 1));
    expect(world.ports.sessions.replaced(session.id)).toBeUndefined();
  });
});
