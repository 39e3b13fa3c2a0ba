import { SignJWT } from 'jose';
import { encode } from 'jose/base64url';
import type { ProofKey } from './key.ts';
import { PROOF_TYPE, type ProofMoment, type ProofSubject, proofClaims } from './proof.ts';

/**
 * Proofs that every server has to refuse because of their header, as a thief would try them. Their claims are right.
 *
 * @see RFC 9449 §4.3, checks 4 to 6
 */
export const FORGERIES = {
  /** `alg: none` and an empty signature (RFC 8725 §2.1). */
  async unsigned({ publicJwk }: ProofKey, subject: ProofSubject, moment: ProofMoment): Promise<string> {
    const part = (value: object) => encode(JSON.stringify(value));
    const header = { typ: PROOF_TYPE, alg: 'none', jwk: publicJwk };
    return `${part(header)}.${part(await proofClaims(subject, moment))}.`;
  },

  /** An HMAC whose secret is the public key, which anybody knows (RFC 8725 §2.1). */
  async symmetric({ publicJwk }: ProofKey, subject: ProofSubject, moment: ProofMoment): Promise<string> {
    return new SignJWT(await proofClaims(subject, moment))
      .setProtectedHeader({ typ: PROOF_TYPE, alg: 'HS256', jwk: publicJwk })
      .sign(new TextEncoder().encode(JSON.stringify(publicJwk)));
  },

  /** Signed by the right key, as another kind of JWT (RFC 8725 §3.11). */
  async wrongType(
    { algorithm, publicJwk, privateKey }: ProofKey,
    subject: ProofSubject,
    moment: ProofMoment,
  ): Promise<string> {
    return new SignJWT(await proofClaims(subject, moment))
      .setProtectedHeader({ typ: 'JWT', alg: algorithm, jwk: publicJwk })
      .sign(privateKey);
  },
} as const;
