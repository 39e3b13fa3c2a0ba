import type { TokenResponse } from '../../protocol/oauth/token-response.ts';

/** The error description when the key of a grant is gone: a new key would not fit the old tokens. */
export const LOST = 'Holdfast no longer has the key that this grant is bound to. Sign in again.';

/** The scopes in a `scope` value, in their order (RFC 6749 §3.3). */
export function scopesOf(scope: string | undefined): string[] {
  return scope ? scope.split(' ').filter(Boolean) : [];
}

/** The longest lifetime that is believed, in seconds: ten years. A time far beyond cannot be shown as a date. */
const LONGEST_LIFETIME = 315_360_000;

/** When an access token expires, in milliseconds since the epoch, if the server said so. */
export function expiryOf({ expiresIn }: Pick<TokenResponse, 'expiresIn'>, now: number): number | undefined {
  return expiresIn === undefined ? undefined : now + Math.min(Math.max(expiresIn, 0), LONGEST_LIFETIME) * 1000;
}
