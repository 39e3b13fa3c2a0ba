import type { Scheme } from './refusal.ts';

/** The access token of a request, or none. */
export type Credentials =
  | { readonly scheme: Scheme; readonly token: string }
  | { readonly scheme: undefined; readonly token: '' };

/** Reads an `Authorization` header (RFC 9110 §11.4). Whatever is neither Bearer nor DPoP with one value is none. */
export function readCredentials(authorization: string | undefined): Credentials {
  const match = /^(Bearer|DPoP) +([\w.~+/=-]+)$/i.exec(authorization ?? '');
  const [, scheme, token] = match ?? [];
  if (!scheme || !token) return { scheme: undefined, token: '' };
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token };
}
