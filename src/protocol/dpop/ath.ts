import { encode } from 'jose/base64url';

/**
 * The `ath` claim: base64url of the SHA-256 of the access token's ASCII characters.
 *
 * @see RFC 9449 §4.2
 */
export async function ath(accessToken: string): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(accessToken))));
}
