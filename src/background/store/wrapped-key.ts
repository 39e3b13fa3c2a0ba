/** The vault's key as it is kept while the lock is on: encrypted under the passkey's secret. Nothing in it is a secret. */
export interface WrappedKey {
  readonly wrapped: ArrayBuffer;
  readonly iv: Uint8Array<ArrayBuffer>;
  /** The input of the passkey's PRF, and the salt of the key derivation. */
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly credentialId: Uint8Array<ArrayBuffer>;
}

/** A passkey that was asked: which one, for what, and what its PRF gave (WebAuthn §10.1.4). */
export interface Passkey extends Pick<WrappedKey, 'credentialId' | 'salt'> {
  readonly secret: Uint8Array<ArrayBuffer>;
}

const PURPOSE = new TextEncoder().encode('Holdfast vault key 1');

/** Encrypts the vault's raw key under a passkey's secret. */
export async function wrapKey(raw: Uint8Array<ArrayBuffer>, passkey: Passkey): Promise<WrappedKey> {
  const { credentialId, salt, secret } = passkey;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const wrapped = await crypto.subtle.encrypt(algorithm({ iv, credentialId }), await derive(secret, salt), raw);
  return { wrapped, iv, salt, credentialId };
}

/** The raw key, or undefined when the secret is not the one that it was encrypted under. */
export async function unwrapKey(
  kept: WrappedKey,
  secret: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const key = await derive(secret, kept.salt);
  const raw = await crypto.subtle.decrypt(algorithm(kept), key, kept.wrapped).catch(() => undefined);
  return raw && new Uint8Array(raw);
}

/** HKDF-SHA-256 (RFC 5869): the PRF's output itself encrypts nothing. */
async function derive(secret: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt, info: PURPOSE };
  return crypto.subtle.deriveKey(derivation, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** The credential is authenticated with the key, so that neither can be exchanged alone. */
function algorithm({ iv, credentialId }: Pick<WrappedKey, 'iv' | 'credentialId'>): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: credentialId };
}
