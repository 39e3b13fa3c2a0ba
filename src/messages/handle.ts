/** What a page holds in place of an access token: an opaque string that means nothing to anyone but Holdfast. */
export type AccessHandle = string & { readonly __brand: 'AccessHandle' };

/** What a page holds in place of a refresh token. */
export type RefreshHandle = string & { readonly __brand: 'RefreshHandle' };

export type Handle = AccessHandle | RefreshHandle;

const ACCESS = /^hf_[\w-]{43}$/;
const REFRESH = /^hfr_[\w-]{43}$/;
const AUTHORIZATION = /^(Bearer|DPoP) +(hf_[\w-]{43})$/i;
const ANY = /(?:^|[^\w-])hfr?_[\w-]{43}(?![\w-])/;

export const isAccessHandle = (value: string): value is AccessHandle => ACCESS.test(value);
export const isRefreshHandle = (value: string): value is RefreshHandle => REFRESH.test(value);

/** The handle in an `Authorization` field value and the scheme that it came with, if it is one of ours. */
export function readAuthorization(value: string): { scheme: 'Bearer' | 'DPoP'; handle: AccessHandle } | undefined {
  const match = AUTHORIZATION.exec(value);
  if (!match?.[2]) return undefined;
  return { scheme: match[1]?.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', handle: match[2] as AccessHandle };
}

/** Whether a handle of ours stands anywhere in a text. */
export const mentionsHandle = (text: string): boolean => ANY.test(text);
