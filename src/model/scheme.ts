/**
 * How a resource takes a bound token: with a proof of its key (RFC 9449 §7.1), or as a bearer token. A server of the
 * second kind does not check the key, and does not know the scheme `DPoP` (§7.2).
 */
export type Scheme = 'DPoP' | 'Bearer';

export const isScheme = (value: string): value is Scheme => value === 'DPoP' || value === 'Bearer';
