import * as v from 'valibot';
import type { SessionId } from '../../model/session.ts';
import { Tokens } from '../../model/tokens.ts';

/** Tokens at rest: JSON, encrypted with AES-GCM under the vault's key. */
export interface SealedTokens {
  readonly session: SessionId;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

export async function sealTokens(
  key: CryptoKey,
  session: SessionId,
  { accessToken, refreshToken }: Tokens,
): Promise<SealedTokens> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify({ accessToken, refreshToken }));
  return { session, iv, sealed: await crypto.subtle.encrypt(algorithm(session, iv), key, plain) };
}

/** Undefined when the record cannot be opened: it was damaged, or sealed under another key. */
export async function openTokens(key: CryptoKey, { session, iv, sealed }: SealedTokens): Promise<Tokens | undefined> {
  const plain = await crypto.subtle.decrypt(algorithm(session, iv), key, sealed).catch(() => undefined);
  return plain && v.parse(Tokens, JSON.parse(new TextDecoder().decode(plain)));
}

/** The session is authenticated with the tokens, so that no record can stand in for another. */
function algorithm(session: SessionId, iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(session) };
}
