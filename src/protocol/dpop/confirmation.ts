import { decodeJwt } from 'jose';
import type { Thumbprint } from './key.ts';

/**
 * Whether an access token says itself that it is bound to this key (RFC 9449 §6.1): a JWT can, and who reads it has no need
 * to verify it, if it came from its issuer.
 */
export function confirms(accessToken: string, thumbprint: Thumbprint): boolean {
  try {
    const { cnf } = decodeJwt<{ cnf?: { jkt?: unknown } }>(accessToken);
    return cnf?.jkt === thumbprint;
  } catch {
    return false; // no JWT: it says nothing
  }
}
