/** The authentication schemes that a log may name (IANA HTTP Authentication Schemes). */
const SCHEMES = ['Basic', 'Bearer', 'Digest', 'DPoP', 'GNAP', 'HOBA', 'Mutual', 'Negotiate', 'OAuth', 'PrivateToken'];

/**
 * The scheme of an `Authorization` field value, `other` when it is none that is registered. Some clients send a bare
 * token there: its first word is a secret, not a scheme.
 */
export function schemeOf(authorization: string): string {
  const word = authorization.split(' ', 1)[0]?.toLowerCase();
  return SCHEMES.find((scheme) => scheme.toLowerCase() === word) ?? 'other';
}
