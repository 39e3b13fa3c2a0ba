import { sha256 } from '../digest.ts';

/**
 * The `ath` claim: base64url of the SHA-256 of the access token's ASCII characters.
 *
 * @see RFC 9449 §4.2
 */
export async function ath(accessToken: string): Promise<string> {
  return sha256(accessToken);
}
