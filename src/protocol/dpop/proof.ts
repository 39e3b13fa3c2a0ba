import { type JWTPayload, SignJWT } from 'jose';
import { ath } from './ath.ts';
import { htu } from './htu.ts';
import type { ProofKey } from './key.ts';

/** The `typ` of a proof. */
export const PROOF_TYPE = 'dpop+jwt';

/** What one proof is for. */
export interface ProofSubject {
  /** The HTTP method of the request (`htm`). */
  readonly method: string;
  /** The URL of the request; the proof carries it as `htu`. */
  readonly url: string;
  /** The access token that the request presents (`ath`); none at the token endpoint. */
  readonly accessToken?: string | undefined;
  /** The nonce that this server gave last. */
  readonly nonce?: string | undefined;
}

/** What makes a proof unique and fresh, given from outside so that a test can supply it. */
export interface ProofMoment {
  /** Time in milliseconds, as the server counts it. */
  readonly now: number;
  /** At least 96 random bits (RFC 9449 §4.2). */
  readonly jti: string;
}

/**
 * A DPoP proof JWT.
 *
 * `iat` is floored to the second, so that a proof is never ahead of the clock.
 *
 * @see RFC 9449 §4.2
 */
export async function createProof(key: ProofKey, subject: ProofSubject, moment: ProofMoment): Promise<string> {
  return new SignJWT(await proofClaims(subject, moment))
    .setProtectedHeader({ typ: PROOF_TYPE, alg: key.algorithm, jwk: key.publicJwk })
    .sign(key.privateKey);
}

/** The claims of a proof. @see RFC 9449 §4.2 */
export async function proofClaims(subject: ProofSubject, moment: ProofMoment): Promise<JWTPayload> {
  return {
    jti: moment.jti,
    htm: subject.method,
    htu: htu(subject.url),
    iat: Math.floor(moment.now / 1000),
    ...(subject.accessToken !== undefined && { ath: await ath(subject.accessToken) }),
    ...(subject.nonce !== undefined && { nonce: subject.nonce }),
  };
}
