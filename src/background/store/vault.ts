import type { SessionId } from '../../model/session.ts';
import type { Tokens } from '../../model/tokens.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { type Database, DURABLE } from './database.ts';
import type { RawKeyMemory } from './raw-key.ts';
import { openTokens, type SealedTokens, sealTokens } from './sealed-tokens.ts';
import { type Passkey, unwrapKey, type WrappedKey, wrapKey } from './wrapped-key.ts';

/** What the vault holds: its key, unless that is locked; and how the key is kept, if under a passkey. */
interface Held {
  readonly key?: CryptoKey;
  readonly wrapped?: WrappedKey;
}

/**
 * Seals and opens tokens with AES-GCM. Without a lock the key is one that no script can export. With the passkey lock it is
 * kept encrypted under the passkey's secret, and is in memory only while the vault is unlocked.
 */
export function createVault(database: PromiseLike<Database>, memory: RawKeyMemory) {
  let held: Promise<Held> | undefined;

  function hold(): Promise<Held> {
    held ??= load().catch((error) => {
      held = undefined;
      throw error;
    });
    return held;
  }

  async function load(): Promise<Held> {
    const kept = await (await database).get('vault', 'wrapping');
    if (kept instanceof CryptoKey) return { key: kept };
    if (!isWrapped(kept)) return { key: await make() };
    const raw = await memory.get();
    return raw ? { key: await imported(raw), wrapped: kept } : { wrapped: kept };
  }

  async function make(): Promise<CryptoKey> {
    const made = await generate();
    const transaction = (await database).transaction('vault', 'readwrite', DURABLE);
    await Promise.all([transaction.store.put(made, 'wrapping'), transaction.done]);
    return made;
  }

  /** @throws HoldfastError `locked` */
  async function key(): Promise<CryptoKey> {
    const found = (await hold()).key;
    if (!found) throw new HoldfastError('locked', 'The vault is locked');
    return found;
  }

  /** @throws HoldfastError `locked` */
  async function seal(session: SessionId, tokens: Tokens): Promise<SealedTokens> {
    return sealTokens(await key(), session, tokens);
  }

  /**
   * Undefined when the record cannot be opened: it was damaged, or sealed under a key that is gone.
   *
   * @throws HoldfastError `locked`
   */
  async function open(record: SealedTokens): Promise<Tokens | undefined> {
    return openTokens(await key(), record);
  }

  /** Keeps the key under a passkey from now on. The old key cannot be exported: there is a new one. */
  async function turnOn(passkey: Passkey): Promise<void> {
    const raw = crypto.getRandomValues(new Uint8Array(32));
    const next = await imported(raw);
    const wrapped = await wrapKey(raw, passkey);
    await memory.clear(); // a key of an earlier lock must never meet the new record
    await reseal(next, wrapped);
    held = Promise.resolve({ key: next, wrapped });
    await memory.set(raw);
  }

  /** Keeps a key without a passkey again, one that no script can export. False when the secret is the wrong one. */
  async function turnOff(secret: Uint8Array<ArrayBuffer>): Promise<boolean> {
    if (!(await unlock(secret))) return false;
    const next = await generate();
    await reseal(next, next);
    held = Promise.resolve({ key: next });
    await memory.clear();
    return true;
  }

  /** False when the secret is not the passkey's. */
  async function unlock(secret: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const { wrapped } = await hold();
    const raw = wrapped && (await unwrapKey(wrapped, secret));
    if (!raw) return false;
    await memory.set(raw);
    held = Promise.resolve({ key: await imported(raw), wrapped });
    return true;
  }

  /** Whether the secret is the passkey's. Nothing is unlocked by it. */
  async function isOpenedBy(secret: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const { wrapped } = await hold();
    return wrapped !== undefined && (await unwrapKey(wrapped, secret)) !== undefined;
  }

  /** From now on a new worker finds the vault locked; this one may finish what it has begun. */
  const forget = (): Promise<void> => memory.clear();

  /** Nothing can be sealed or opened any more, until `unlock`. */
  function lock(): void {
    const locking = hold().then(({ wrapped, ...open }): Held => (wrapped ? { wrapped } : open));
    held = locking;
    locking.catch(() => {
      if (held === locking) held = undefined;
    });
  }

  /** The passkey is lost, and every token with it. The next token is sealed under a new key. */
  async function giveUp(): Promise<void> {
    await memory.clear();
    const transaction = (await database).transaction(['vault', 'tokens'], 'readwrite', DURABLE);
    await Promise.all([
      transaction.objectStore('tokens').clear(),
      transaction.objectStore('vault').delete('wrapping'),
      transaction.done,
    ]);
    held = undefined;
  }

  /**
   * Seals every token anew, and puts the new key's record in place of the old one: in one transaction, so that a worker
   * that is killed leaves either all of the old or all of the new. What cannot be opened stays as it is.
   */
  async function reseal(next: CryptoKey, record: CryptoKey | WrappedKey): Promise<void> {
    const before = await key();
    const opened = await database;
    const sealed = await Promise.all(
      (await opened.getAll('tokens')).map(async (old) => {
        const tokens = await openTokens(before, old);
        return tokens ? [await sealTokens(next, old.session, tokens)] : [];
      }),
    );
    const transaction = opened.transaction(['vault', 'tokens'], 'readwrite', DURABLE);
    await Promise.all([
      transaction.objectStore('vault').put(record, 'wrapping'),
      ...sealed.flat().map((one) => transaction.objectStore('tokens').put(one)),
      transaction.done,
    ]);
  }

  return {
    seal,
    open,
    turnOn,
    turnOff,
    unlock,
    isOpenedBy,
    forget,
    lock,
    giveUp,
    /** How the key is kept under a passkey; undefined while the lock is off. */
    wrapped: async () => (await hold()).wrapped,
    isOpen: async () => (await hold()).key !== undefined,
  };
}

export type Vault = ReturnType<typeof createVault>;

function isWrapped(kept: WrappedKey | undefined): kept is WrappedKey {
  return kept?.wrapped instanceof ArrayBuffer;
}

function generate(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

function imported(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}
