import type { TokenResponse } from '../protocol/oauth/token-response.ts';

/** What a page is told when the key of its grant is gone: a new key would not fit the old tokens. */
export const LOST = 'Holdfast no longer has the key that this grant is bound to. Sign in again.';

/** The scopes in a `scope` value, in their order (RFC 6749 §3.3). */
export function scopesOf(scope: string | undefined): string[] {
  return scope ? scope.split(' ').filter(Boolean) : [];
}

/** When an access token expires, in milliseconds since the epoch, if the server said so. */
export function expiryOf({ expiresIn }: Pick<TokenResponse, 'expiresIn'>, now: number): number | undefined {
  return expiresIn === undefined ? undefined : now + expiresIn * 1000;
}
