import type { Tokens } from '../../model/tokens.ts';
import { accountsIn } from '../../protocol/oauth/account.ts';
import type { TokenResponse } from '../../protocol/oauth/token-response.ts';
import { repeats } from './repetition.ts';

/** The error description when the secrets of a grant are gone: a new key would not fit the old tokens. */
export const LOST = 'Holdfast no longer has the key or the tokens of this grant. Sign in again.';

/** That of a refresh of bound tokens that brought plain ones. */
export const UNBOUND = 'The authorization server stopped binding tokens to the key. Sign in again.';

/** That of tokens that were asked for without a proof, and that the server calls bound: their key can be nobody's here. */
export const STRANGELY_BOUND =
  'The authorization server bound the token to a key that is not Holdfast’s. Sign in again.';

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

/** An account of so many characters that stands in a token is a part of it. */
const PART = 12;

/**
 * Whose the tokens are, in their server's words: those of the ID token, or else of an access token that is a JWT. A client is nobody's account, and
 * a text that repeats a token, or a part of one, is none.
 *
 * @param before the tokens that the session had: a refresh may leave the refresh token as it was
 */
export function accountOf(
  response: TokenResponse,
  clientId: string | undefined,
  before: Partial<Tokens> = {},
): { readonly account?: string } {
  const { accessToken, refreshToken = '', others } = response;
  const isToken = (text: string): boolean =>
    [accessToken, refreshToken, before.accessToken, before.refreshToken].some(
      (token) => token && (repeats(text, token) || (text.length >= PART && token.includes(text.replace(/…$/, '')))),
    );
  const account = [others.id_token, accessToken]
    .flatMap(accountsIn)
    .find((text) => text !== clientId && !isToken(text));
  return account === undefined ? {} : { account };
}
