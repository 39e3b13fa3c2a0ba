/** What a page holds in place of an access token: an opaque string that means nothing to anyone but Holdfast. */
export type AccessHandle = string & { readonly __brand: 'AccessHandle' };

/** What a page holds in place of a refresh token. */
export type RefreshHandle = string & { readonly __brand: 'RefreshHandle' };

/** What a page holds in place of a key that a person gave to Holdfast. */
export type GivenHandle = string & { readonly __brand: 'GivenHandle' };

export type Handle = AccessHandle | RefreshHandle | GivenHandle;

/** By what a real token is known that a page holds itself. It has the form of a handle, and is none that a page was given. */
export type TokenDigest = string & { readonly __brand: 'TokenDigest' };

const ACCESS = /^hf_[\w-]{43}$/;
const REFRESH = /^hfr_[\w-]{43}$/;
const AUTHORIZATION = /^(?:Bearer|DPoP) +([\w.~+/-]+=*)$/i;
/** The whole of a field value, or the credentials of a scheme (RFC 9110 §11.4). */
const GIVEN = /^(?:[\w.~+/-]+ +)?(hfk_[\w-]{43})$/;
const ANY = /(?<![\w-])hf[kr]?_[\w-]{43}(?![\w-])/;
const EVERY = new RegExp(ANY, 'g');

export const isAccessHandle = (value: string): value is AccessHandle => ACCESS.test(value);
export const isRefreshHandle = (value: string): value is RefreshHandle => REFRESH.test(value);

/** Reads the value of any header field. Undefined where it is no handle of a given key. */
export const readGiven = (value: string): GivenHandle | undefined => GIVEN.exec(value)?.[1] as GivenHandle | undefined;
export const isGivenHandle = (value: string): value is GivenHandle => readGiven(value) === value;

/** What a page presents in an `Authorization` field value, and whether it came with the scheme `Bearer` or `DPoP`. */
export interface Presented {
  readonly isBearer: boolean;
  readonly token: string;
  /** The header field, in small letters, where it was looked for in all of them. */
  readonly header?: string;
}

/** Reads an `Authorization` field value (RFC 6750 §2.1, RFC 9449 §7.1). Undefined for any other scheme. */
export function readToken(value: string): Presented | undefined {
  const token = AUTHORIZATION.exec(value)?.[1];
  return token ? { isBearer: /^b/i.test(value), token } : undefined;
}

/** The same, for handles alone: any other token belongs to the page. */
export function readHandle(value: string): Presented | undefined {
  const presented = readToken(value);
  return presented && isAccessHandle(presented.token) ? presented : undefined;
}

/** Whether a text contains a handle. */
export const mentionsHandle = (text: string): boolean => ANY.test(text);

/** The handles that a text contains. */
export const handlesIn = (text: string): Handle[] => (text.match(EVERY) ?? []) as Handle[];

/** New handles, which say nothing. @param random 256 random bits as base64url, for each */
export const newAccessHandle = (random: () => string): AccessHandle => `hf_${random()}` as AccessHandle;
export const newRefreshHandle = (random: () => string): RefreshHandle => `hfr_${random()}` as RefreshHandle;
export const newGivenHandle = (random: () => string): GivenHandle => `hfk_${random()}` as GivenHandle;

/** @param digest SHA-256 as base64url */
export const accessDigest = (digest: string): TokenDigest => `hf_${digest}` as TokenDigest;
export const refreshDigest = (digest: string): TokenDigest => `hfr_${digest}` as TokenDigest;
