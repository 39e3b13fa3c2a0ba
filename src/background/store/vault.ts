import type { SessionId, Tokens } from '../../sessions/session.ts';
import { type Database, DURABLE, type SealedTokens } from './database.ts';

/** Seals and opens tokens with AES-GCM, under a key that no script can export. */
export function createVault(database: PromiseLike<Database>) {
  let opened: Promise<CryptoKey> | undefined;

  function key(): Promise<CryptoKey> {
    opened ??= load().catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  async function load(): Promise<CryptoKey> {
    const kept = await (await database).get('vault', 'wrapping');
    if (kept instanceof CryptoKey) return kept;
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    const transaction = (await database).transaction('vault', 'readwrite', DURABLE);
    await Promise.all([transaction.store.put(made, 'wrapping'), transaction.done]);
    return made;
  }

  async function seal(session: SessionId, { accessToken, refreshToken }: Tokens): Promise<SealedTokens> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify({ accessToken, refreshToken }));
    return { session, iv, sealed: await crypto.subtle.encrypt(algorithm(session, iv), await key(), plain) };
  }

  /** Undefined when the record cannot be opened: it was damaged, or sealed under a key that is gone. */
  async function open({ session, iv, sealed }: SealedTokens): Promise<Tokens | undefined> {
    const plain = await crypto.subtle.decrypt(algorithm(session, iv), await key(), sealed).catch(() => undefined);
    return plain && (JSON.parse(new TextDecoder().decode(plain)) as Tokens);
  }

  return { seal, open };
}

export type Vault = ReturnType<typeof createVault>;

/** The session is authenticated with the tokens, so that no record can stand in for another. */
function algorithm(session: SessionId, iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(session) };
}
