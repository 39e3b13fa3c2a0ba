import { encode } from 'jose/base64url';

/** The `S256` code challenge of a code verifier (RFC 7636 §4.2). */
export async function codeChallenge(codeVerifier: string): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier))));
}
