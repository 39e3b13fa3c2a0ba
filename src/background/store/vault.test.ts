import { anAccessToken, aRefreshToken, aSessionId } from '../../model/brands.fixture.ts';
import type { Tokens } from '../../model/tokens.ts';
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { SessionId } from '../../model/session.ts';
import { createRawKey } from '../../scenarios/world.fixture.ts';
import { type Database, openDatabase } from './database.ts';
import { createVault } from './vault.ts';
import type { Passkey, WrappedKey } from './wrapped-key.ts';

const A = aSessionId('a');
const B = aSessionId('b');
const TOKENS: Tokens = { accessToken: anAccessToken('real-access'), refreshToken: aRefreshToken('real-refresh') };

let name: string;
let database: Promise<Database>;
let memory: ReturnType<typeof createRawKey>;
let passkey: Passkey;
beforeEach(() => {
  name = `vault-${crypto.randomUUID()}`;
  database = openDatabase(name);
  memory = createRawKey();
  passkey = { credentialId: random(16), salt: random(32), secret: random(32) };
});

const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
/** As after the worker was ended: the same database and memory, nothing else. */
const newWorker = () => createVault(database, memory);
/** As after the browser was closed. */
const newBrowser = async () => {
  await memory.clear();
  return newWorker();
};
async function keep(vault: ReturnType<typeof newWorker>, session: SessionId, tokens = TOKENS): Promise<void> {
  await (await database).put('tokens', await vault.seal(session, tokens));
}
async function read(vault: ReturnType<typeof newWorker>, session: SessionId): Promise<Tokens | undefined> {
  const sealed = await (await database).get('tokens', session);
  return sealed && vault.open(sealed);
}
const latin = (bytes: ArrayBuffer | Uint8Array = new ArrayBuffer()) =>
  Buffer.from(new Uint8Array(bytes)).toString('latin1');
/** Everything in the database, byte by byte, as whoever copies the profile would look at it. */
async function stored(): Promise<string> {
  const opened = await database;
  const all = await Promise.all([...opened.objectStoreNames].map((store) => opened.getAll(store)));
  return JSON.stringify(all, (_, value: unknown) => {
    return value instanceof ArrayBuffer || value instanceof Uint8Array ? latin(value) : value;
  });
}

describe('turning the lock on', () => {
  test('keeps every token, sealed under a new key', async () => {
    const vault = newWorker();
    await keep(vault, A);
    await keep(vault, B, { accessToken: anAccessToken('other') });
    const before = await (await database).get('tokens', A);
    await vault.turnOn(passkey);
    expect(await read(vault, A)).toEqual(TOKENS);
    expect(await read(vault, B)).toEqual({ accessToken: 'other' });
    expect(latin((await (await database).get('tokens', A))?.sealed)).not.toBe(latin(before?.sealed));
  });

  test('leaves nothing in the database that opens a token', async () => {
    const vault = newWorker();
    await keep(vault, A);
    await vault.turnOn(passkey);
    const raw = await memory.get();
    const secrets = [raw, passkey.secret].map((bytes) => latin(bytes));
    const text = await stored();
    expect(raw).toHaveLength(32);
    for (const secret of [...secrets, 'real-']) expect(text).not.toContain(secret);
    expect(await (await database).get('vault', 'wrapping')).not.toBeInstanceOf(CryptoKey);
  });

  test.each((['on', 'off'] as const).flatMap((way) => [0, 1].map((writes) => [way, writes] as const)))(
    'turned %s by a worker that is killed after %i writes, it loses no token',
    async (way, writes) => {
      await keep(newWorker(), A);
      if (way === 'off') await newWorker().turnOn(passkey);
      const before = await stored();
      const killed = createVault(
        database.then((opened) => dyingAfter(writes, opened)),
        memory,
      );
      const turned = await (way === 'on' ? killed.turnOn(passkey) : killed.turnOff(passkey.secret)).then(
        () => true,
        () => false,
      );
      expect((await stored()) === before).toBe(!turned);

      const next = await newBrowser();
      if (await next.wrapped()) expect(await next.unlock(passkey.secret)).toBe(true);
      expect(await read(next, A)).toEqual(TOKENS);
    },
  );

  test('leaves a damaged record as it was', async () => {
    const vault = newWorker();
    const sealed = await vault.seal(A, TOKENS);
    const damaged = { ...sealed, sealed: sealed.sealed.slice(1) };
    await (await database).put('tokens', damaged);
    await keep(vault, B);
    await vault.turnOn(passkey);
    expect(await (await database).get('tokens', A)).toEqual(damaged);
    expect(await read(vault, A)).toBeUndefined();
    expect(await read(vault, B)).toEqual(TOKENS);
  });

  test('never meets a key that an earlier lock left in memory', async () => {
    await memory.set(random(32));
    const vault = newWorker();
    await keep(vault, A);
    const write = memory.set;
    memory.set = () => Promise.reject(new Error('the worker is killed here'));
    await expect(vault.turnOn(passkey)).rejects.toThrow();
    memory.set = write;
    const next = newWorker();
    expect(await next.isOpen()).toBe(false);
    expect(await next.unlock(passkey.secret)).toBe(true);
    expect(await read(next, A)).toEqual(TOKENS);
  });
});

describe('a vault under a passkey', () => {
  beforeEach(async () => {
    const vault = newWorker();
    await keep(vault, A);
    await vault.turnOn(passkey);
  });

  test('is open for the next worker', async () => {
    expect(await read(newWorker(), A)).toEqual(TOKENS);
  });

  test('is locked for the next browser: nothing can be read or sealed', async () => {
    const vault = await newBrowser();
    await expect(read(vault, A)).rejects.toMatchObject({ code: 'locked' });
    await expect(vault.seal(B, TOKENS)).rejects.toMatchObject({ code: 'locked' });
  });

  test('knows its own passkey’s secret, and is not unlocked by being asked', async () => {
    const vault = await newBrowser();
    expect(await vault.isOpenedBy(random(32))).toBe(false);
    expect(await vault.isOpenedBy(passkey.secret)).toBe(true);
    expect(await vault.isOpen()).toBe(false);
  });

  test('locked, is locked for the next worker too', async () => {
    const vault = newWorker();
    expect(await vault.isOpen()).toBe(true);
    await vault.forget();
    vault.lock();
    await expect(read(vault, A)).rejects.toMatchObject({ code: 'locked' });
    expect(await newWorker().isOpen()).toBe(false);
  });

  test('opens with the passkey’s secret, and with no other', async () => {
    const vault = await newBrowser();
    expect(await vault.unlock(random(32))).toBe(false);
    await expect(read(vault, A)).rejects.toMatchObject({ code: 'locked' });
    expect(await memory.get()).toBeUndefined();
    expect(await vault.unlock(passkey.secret)).toBe(true);
    expect(await read(vault, A)).toEqual(TOKENS);
  });

  test.each(['credentialId', 'salt'] as const)('does not open when its record names another %s', async (member) => {
    const kept = (await (await database).get('vault', 'wrapping')) as WrappedKey;
    await (await database).put('vault', { ...kept, [member]: random(32) }, 'wrapping');
    expect(await (await newBrowser()).unlock(passkey.secret)).toBe(false);
  });

  test('stays under it when another passkey asks to turn the lock off', async () => {
    const vault = newWorker();
    expect(await vault.turnOff(random(32))).toBe(false);
    expect(await vault.wrapped()).toBeDefined();
    expect(await read(vault, A)).toEqual(TOKENS);
  });

  test('turned off, opens in the next browser under a key that cannot be exported', async () => {
    expect(await newWorker().turnOff(passkey.secret)).toBe(true);
    expect(await memory.get()).toBeUndefined();
    const next = await newBrowser();
    expect(await read(next, A)).toEqual(TOKENS);
    expect(await (await database).get('vault', 'wrapping')).toMatchObject({ extractable: false });
  });

  test('given up, holds no token any more, and seals the next one without a lock', async () => {
    const vault = newWorker();
    await vault.giveUp();
    expect(await (await database).count('tokens')).toBe(0);
    expect(await memory.get()).toBeUndefined();
    await keep(vault, B);
    expect(await read(await newBrowser(), B)).toEqual(TOKENS);
  });
});

/** A database that commits so many transactions; what is written after those is never committed. */
function dyingAfter(writes: number, opened: Database): Database {
  let left = writes;
  return new Proxy(opened, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (property !== 'transaction') return typeof value === 'function' ? value.bind(target) : value;
      return (...given: Parameters<Database['transaction']>) => {
        const transaction = target.transaction(...given);
        left -= 1;
        if (left < 0) queueMicrotask(() => transaction.abort());
        return transaction;
      };
    },
  });
}
