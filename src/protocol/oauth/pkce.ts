import { sha256 } from '../digest.ts';

/** The `S256` code challenge of a code verifier (RFC 7636 §4.2). */
export async function codeChallenge(codeVerifier: string): Promise<string> {
  return sha256(codeVerifier);
}
