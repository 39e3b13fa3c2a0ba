import { decodeProtectedHeader, type JWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { loopbackFetch } from '../loopback-fetch.ts';
import type { WireProof } from '../wire-proof.ts';
import type { Nonces } from './nonces.ts';
import { Refusal } from './refusal.ts';

export interface ProofPolicy {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly resource: string;
  /** Accepted in proofs. */
  readonly algorithms: readonly string[];
  /** How far `iat` may be from the server's clock, in seconds; the library allows 300 at most. */
  readonly proofLifetime: number;
  /** `undefined` when the server demands none. */
  readonly nonces: Nonces | undefined;
}

/** Sentences for what the library finds, by the claim that it looked at. */
const MISMATCHES: Readonly<Record<string, string>> = {
  htm: 'The proof was made for another method (htm).',
  htu: 'The proof was made for another URL (htu).',
  ath: 'The proof was made for another access token (ath).',
  iat: 'The proof is too old, or from the future (iat).',
};

/** Checks DPoP proofs, every point of RFC 9449 §4.3. Remembers which it has seen. */
export class ProofCheck {
  readonly #policy: ProofPolicy;
  readonly #authorizationServer: oauth.AuthorizationServer;
  /** `jti` by key, with the time in milliseconds when it may be forgotten, soonest first. */
  readonly #seen = new Map<string, number>();

  constructor(policy: ProofPolicy) {
    this.#policy = policy;
    this.#authorizationServer = { issuer: policy.issuer, jwks_uri: policy.jwksUri };
  }

  /**
   * @param request with the method, the URL as the server knows it, and the `Authorization` and `DPoP` headers
   * @param proof the same proof, decoded
   * @throws {Refusal}
   */
  async verify(request: Request, proof: WireProof, jkt: string, now: number): Promise<void> {
    this.#checkHeader(request);
    await this.#checkSignatureAndClaims(request);
    this.#checkAge(proof, now);
    this.#checkReplay(`${jkt} ${proof.claims.jti}`, now);
    this.#checkNonce(proof.claims.nonce, now);
  }

  #checkHeader(request: Request): void {
    const { alg, jwk } = decodeHeader(request.headers.get('dpop') ?? '');
    if (jwk && 'd' in jwk) throw new Refusal('invalid_dpop_proof', 'The proof gives its private key away (jwk).');
    if (typeof alg !== 'string' || !this.#policy.algorithms.includes(alg)) {
      throw new Refusal(
        'invalid_dpop_proof',
        `The proof is signed with ${alg}, which this server does not accept (alg).`,
      );
    }
  }

  async #checkSignatureAndClaims(request: Request): Promise<void> {
    try {
      await oauth.validateJwtAccessToken(this.#authorizationServer, request, this.#policy.resource, {
        requireDPoP: true,
        [oauth.allowInsecureRequests]: true,
        [oauth.customFetch]: loopbackFetch,
      });
    } catch (error) {
      throw explain(error);
    }
  }

  #checkAge(proof: WireProof, now: number): void {
    const iat = Number(proof.claims.iat);
    if (!(Math.abs(now / 1000 - iat) <= this.#policy.proofLifetime)) {
      throw new Refusal('invalid_dpop_proof', MISMATCHES.iat ?? '');
    }
  }

  #checkReplay(id: string, now: number): void {
    for (const [seen, expiry] of this.#seen) {
      if (expiry > now) break;
      this.#seen.delete(seen);
    }
    if (this.#seen.has(id)) {
      throw new Refusal('invalid_dpop_proof', 'This proof was used before (jti).');
    }
    this.#seen.set(id, now + 2 * this.#policy.proofLifetime * 1000);
  }

  #checkNonce(nonce: unknown, now: number): void {
    const { nonces } = this.#policy;
    if (!nonces || nonces.isValid(nonce, now)) return;
    throw new Refusal(
      'use_dpop_nonce',
      nonce === undefined ? 'The proof has to carry a nonce from this server.' : 'The nonce in the proof is not valid.',
    );
  }
}

function decodeHeader(proof: string): { readonly alg?: string; readonly jwk?: JWK } {
  try {
    return decodeProtectedHeader(proof);
  } catch {
    throw new Refusal('invalid_dpop_proof', 'The DPoP header is not a JWT.');
  }
}

function explain(error: unknown): Refusal {
  if (!(error instanceof Error)) return new Refusal('invalid_dpop_proof', 'The proof is not valid.');
  const claim = (error.cause as { claim?: unknown } | undefined)?.claim;
  if (claim === 'cnf.jkt') {
    return new Refusal(
      'invalid_token',
      'The proof is signed by another key than the one that this token is bound to (cnf.jkt).',
    );
  }
  const sentence = typeof claim === 'string' ? MISMATCHES[claim] : undefined;
  return new Refusal('invalid_dpop_proof', sentence ?? `The proof is not valid: ${error.message}.`);
}
