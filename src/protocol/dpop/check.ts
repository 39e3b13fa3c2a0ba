import { compactVerify, decodeJwt, decodeProtectedHeader, EmbeddedJWK } from 'jose';
import { ath } from './ath.ts';
import { htu } from './htu.ts';
import { type PublicJwk, thumbprint } from './key.ts';

/** Whether each part of a proof fits the request that it left with. */
export interface ProofFit {
  /** Signed by the key in its header, with a signature algorithm that is asymmetric. */
  readonly signature: boolean;
  readonly htm: boolean;
  readonly htu: boolean;
  readonly ath: boolean;
  /** The key is the one with the wanted thumbprint. */
  readonly key: boolean;
}

/** What a proof left with. */
export interface ProvenRequest {
  readonly method: string;
  readonly url: string;
  readonly accessToken: string | undefined;
  /** Of the key that it should be signed with. */
  readonly thumbprint: string | undefined;
}

/**
 * Compares a proof to its request, as a server would. It says what does not fit, and refuses nothing.
 *
 * @throws when `proof` is not a JWT
 * @see RFC 9449 §4.3, checks 6 to 9 and 12
 */
export async function compareProof(proof: string, request: ProvenRequest): Promise<ProofFit> {
  const { jwk } = decodeProtectedHeader(proof);
  const claims = decodeJwt(proof);
  return {
    signature: await isSigned(proof),
    htm: claims.htm === request.method,
    htu: claims.htu === htu(request.url),
    ath: request.accessToken !== undefined && claims.ath === (await ath(request.accessToken)),
    key: jwk !== undefined && (await thumbprint(jwk as PublicJwk)) === request.thumbprint,
  };
}

async function isSigned(proof: string): Promise<boolean> {
  try {
    await compactVerify(proof, EmbeddedJWK);
    return true;
  } catch {
    return false;
  }
}
