import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/** The algorithm of the demo's access tokens. */
export const ACCESS_TOKEN_ALG = 'ES256';

export interface SigningKeys {
  readonly keys: readonly JWK[];
}

/**
 * The key set that signs access tokens, private parts included.
 *
 * @param file where to keep it, so that tokens outlive a restart; without it, the keys live as long as the process
 */
export async function loadSigningKeys(file?: string): Promise<SigningKeys> {
  const stored = file && (await readFile(file, 'utf8').catch(() => undefined));
  if (stored) return JSON.parse(stored) as SigningKeys;

  const { privateKey } = await generateKeyPair(ACCESS_TOKEN_ALG, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  const signingKeys: SigningKeys = { keys: [{ ...jwk, kid, alg: ACCESS_TOKEN_ALG, use: 'sig' }] };
  if (file) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(signingKeys), { mode: 0o600 });
  }
  return signingKeys;
}
