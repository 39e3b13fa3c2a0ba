import * as v from 'valibot';

/** The real access token of a session: never in a message to a page, never in a log. It is no handle. */
export const AccessToken = v.pipe(v.string(), v.brand('AccessToken'));
export type AccessToken = v.InferOutput<typeof AccessToken>;

/** The real refresh token of a session. */
export const RefreshToken = v.pipe(v.string(), v.brand('RefreshToken'));
export type RefreshToken = v.InferOutput<typeof RefreshToken>;

/** The real tokens of a live session. */
export const Tokens = v.pipe(
  v.object({ accessToken: AccessToken, refreshToken: v.optional(RefreshToken) }),
  v.readonly(),
);
export type Tokens = v.InferOutput<typeof Tokens>;

/** The tokens of a token response (RFC 6749 §5.1). */
export function tokensOf(response: {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
}): Tokens {
  const { accessToken, refreshToken } = response;
  return { accessToken: accessToken as AccessToken, refreshToken: refreshToken as RefreshToken | undefined };
}
