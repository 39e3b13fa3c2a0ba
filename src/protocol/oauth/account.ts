import { decodeJwt } from 'jose';

/** The longest account that is read, in characters (code points); what is longer is cut. */
export const LONGEST_ACCOUNT = 64;

/** Claims that say whose a token is, the most telling first (OpenID Connect Core §5.1, RFC 9068 §2.2). */
const CLAIMS = ['preferred_username', 'name', 'email', 'sub'] as const;

/**
 * Every word of a token for whose it is, the most telling first. Only a JWT says so, and nobody has to verify it: it is a server's word, to be shown as
 * one.
 */
export function accountsIn(token: unknown): string[] {
  try {
    const claims: Record<string, unknown> = decodeJwt(String(token));
    return CLAIMS.map((claim) => readable(claims[claim])).filter(Boolean);
  } catch {
    return []; // no JWT: it says nothing
  }
}

/** On one line, without what is not seen or turns the direction of writing (Unicode's category "Other"; UAX #9 §2). */
function readable(claim: unknown): string {
  if (typeof claim !== 'string') return '';
  const line = claim
    .slice(0, 16 * LONGEST_ACCOUNT)
    .replace(/\s/gu, ' ')
    .replace(/\p{C}/gu, '');
  const seen = [...line.replace(/ +/g, ' ').trim()];
  return seen.length > LONGEST_ACCOUNT ? `${seen.slice(0, LONGEST_ACCOUNT - 1).join('')}…` : seen.join('');
}
