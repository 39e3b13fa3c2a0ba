import { createHash } from 'node:crypto';
import {
  calculateJwkThumbprint,
  compactVerify,
  decodeJwt,
  decodeProtectedHeader,
  EmbeddedJWK,
  type JWK,
  type JWTPayload,
} from 'jose';
import type { ProofPolicy } from './proof-check.ts';
import { Refusal } from './refusal.ts';
import type { Weak, Weakness } from './weakness.ts';

/** What a proof is checked against. */
interface Presented {
  readonly token: string;
  /** What the token is bound to (`cnf.jkt`). */
  readonly jkt: string;
  readonly method: string;
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Checks proofs as servers do that were written by hand: point by point, and the points of its weaknesses left out. For
 * the drill to find; {@link ProofCheck} is how it is done.
 */
export class WeakProofCheck {
  readonly #policy: ProofPolicy;
  readonly #weak: Weak;
  readonly #seen = new Set<unknown>();
  /** Keys that have shown a nonce once. */
  readonly #trusted = new Set<string>();

  constructor(policy: ProofPolicy, weak: Weak) {
    this.#policy = policy;
    this.#weak = weak;
  }

  /** @throws {Refusal} */
  async verify(field: string, presented: Presented): Promise<void> {
    // One that does not look at how many there are takes the first.
    const [proof = ''] = this.#weak.has('twoProofs') ? field.split(/,\s*/) : [field];
    await this.#checkHeader(proof, presented.jkt);
    const claims = decodeJwt(proof);
    this.#checkClaims(claims, presented);
    this.#checkNonce(claims.nonce, presented);
    // An exact copy of a proof, its signature included.
    this.#refuseIf('replayed', this.#seen.has(claims.jti), 'This proof was used before (jti).');
    this.#seen.add(claims.jti);
  }

  async #checkHeader(proof: string, jkt: string): Promise<void> {
    const { alg, typ, jwk } = headerOf(proof);
    this.#refuseIf('wrongType', typ !== 'dpop+jwt', 'The header is not of a proof (typ).');
    if (!jwk) throw new Refusal('invalid_dpop_proof', 'The proof names no key (jwk).');
    this.#refuseIf('otherKey', (await calculateJwkThumbprint(jwk)) !== jkt, 'The proof is of another key (cnf.jkt).');
    if (alg === 'none' || alg === 'HS256') {
      this.#refuseIf(alg === 'none' ? 'unsigned' : 'symmetric', true, `A proof with ${alg} is not accepted (alg).`);
      return;
    }
    try {
      await compactVerify(proof, EmbeddedJWK);
    } catch {
      throw new Refusal('invalid_dpop_proof', 'The signature of the proof is not valid.');
    }
  }

  #checkClaims({ htm, htu, ath, iat }: JWTPayload, { token, method, url, now }: Presented): void {
    const age = now / 1000 - Number(iat);
    const hash = createHash('sha256').update(token).digest('base64url');
    this.#refuseIf('wrongMethod', htm !== method, 'The proof was made for another method (htm).');
    this.#refuseIf('wrongUrl', htu !== url, 'The proof was made for another URL (htu).');
    this.#refuseIf('noAth', ath === undefined, 'The proof names no token (ath).');
    this.#refuseIf('wrongToken', ath !== undefined && ath !== hash, 'The proof was made for another token (ath).');
    this.#refuseIf('stale', age > this.#policy.proofLifetime, 'The proof is too old (iat).');
    this.#refuseIf('future', age < -this.#policy.proofLifetime, 'The proof is from the future (iat).');
  }

  #checkNonce(nonce: unknown, { now, jkt }: Presented): void {
    const { nonces } = this.#policy;
    if (!nonces) return;
    if (nonce === undefined && this.#weak.has('noNonce') && this.#trusted.has(jkt)) return;
    if (nonce === undefined) throw new Refusal('use_dpop_nonce', 'The proof has to carry a nonce from this server.');
    const isKnown = nonces.isValid(nonce, now);
    if (!isKnown && !this.#weak.has('wrongNonce')) {
      throw new Refusal('use_dpop_nonce', 'The nonce in the proof is not valid.');
    }
    this.#trusted.add(jkt);
  }

  #refuseIf(weakness: Weakness, found: boolean, sentence: string): void {
    if (found && !this.#weak.has(weakness)) throw new Refusal('invalid_dpop_proof', sentence);
  }
}

function headerOf(proof: string): { readonly alg?: string; readonly typ?: string; readonly jwk?: JWK } {
  try {
    return decodeProtectedHeader(proof);
  } catch {
    throw new Refusal('invalid_dpop_proof', 'The DPoP header is not a JWT.');
  }
}
