import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** A key that the thief made for itself. Its proofs are flawless; only the key is another. */
export class OwnKey {
  readonly #key = generateKeyPair('ES256');

  /** RFC 9449 §4.2. */
  async prove(method: string, url: string, claims: { token?: string; nonce?: string | undefined }): Promise<string> {
    const { publicKey, privateKey } = await this.#key;
    const { token, nonce } = claims;
    return new SignJWT({
      jti: randomUUID(),
      htm: method,
      htu: url,
      ...(token !== undefined && { ath: createHash('sha256').update(token).digest('base64url') }),
      ...(nonce !== undefined && { nonce }),
    })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: await exportJWK(publicKey) })
      .setIssuedAt()
      .sign(privateKey);
  }
}
