import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Algorithm } from './algorithm.ts';

/** RFC 7638 SHA-256 thumbprint of a public JWK, base64url: the `jkt` of RFC 9449 §6. */
export type Thumbprint = string & { readonly __brand: 'Thumbprint' };

/** The public members of a JWK (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2): nothing private can be named here. */
export interface PublicJwk {
  readonly kty: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
}

/** A key that proves possession: its private half can sign, and cannot be exported by any script. */
export interface ProofKey {
  readonly thumbprint: Thumbprint;
  readonly algorithm: Algorithm;
  readonly publicJwk: PublicJwk;
  readonly privateKey: CryptoKey;
}

/** A new, non-extractable key for `algorithm`. */
export async function generateProofKey(algorithm: Algorithm): Promise<ProofKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: false });
  const publicJwk = publicMembers(await exportJWK(publicKey));
  return { thumbprint: await thumbprint(publicJwk), algorithm, publicJwk, privateKey };
}

/** The RFC 7638 SHA-256 thumbprint of a public key. */
export async function thumbprint(publicJwk: PublicJwk): Promise<Thumbprint> {
  return (await calculateJwkThumbprint(publicJwk, 'sha256')) as Thumbprint;
}

function publicMembers({ kty, crv, x, y, n, e }: JWK): PublicJwk {
  if (!kty) throw new TypeError('a JWK has a kty (RFC 7517 §4.1)');
  return { kty, ...(crv && { crv }), ...(x && { x }), ...(y && { y }), ...(n && { n }), ...(e && { e }) };
}
