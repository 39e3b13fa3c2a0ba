import * as v from 'valibot';
import { confirms } from '../dpop/confirmation.ts';
import type { Thumbprint } from '../dpop/key.ts';
import { HoldfastError } from '../error.ts';

/** A successful answer of a token endpoint (RFC 6749 §5.1). */
export interface TokenResponse {
  readonly accessToken: string;
  /** As the server spelled it; compare with `isDpop`. */
  readonly tokenType: string;
  /** Seconds. */
  readonly expiresIn?: number | undefined;
  readonly refreshToken?: string | undefined;
  readonly scope?: string | undefined;
  /** What else the server says, for the client to read; no token stands in a member of that name, however deep. */
  readonly others: Readonly<Record<string, unknown>>;
}

/** An OAuth error answer (RFC 6749 §5.2). */
export interface OAuthError {
  readonly error: string;
  readonly error_description?: string | undefined;
  readonly error_uri?: string | undefined;
}

/** The longest token and scope that are taken, in characters: what is longer fits into no request. */
export const LONGEST_MEMBER = 16_384;

const Text = v.pipe(v.string(), v.maxLength(LONGEST_MEMBER));
const Token = v.pipe(Text, v.regex(/^[\x20-\x7e]+$/));

const Success = v.object({
  access_token: Token,
  token_type: v.pipe(v.string(), v.nonEmpty()),
  expires_in: v.optional(
    v.pipe(v.union([v.number(), v.pipe(v.string(), v.digits())]), v.transform(Number), v.minValue(0)),
  ),
  refresh_token: v.optional(Token),
  scope: v.optional(Text),
});

const Failure = v.object({
  error: v.string(),
  error_description: v.optional(v.string()),
  error_uri: v.optional(v.string()),
});

const TOKENS: readonly string[] = ['access_token', 'refresh_token'];

/** What is nested deeper, no client reads. */
const DEEPEST = 64;

/**
 * Decodes a token endpoint's successful answer.
 *
 * @throws HoldfastError `reply_invalid`
 */
export function readTokenResponse(body: string): TokenResponse {
  const json = parse(body);
  const result = v.safeParse(Success, json);
  if (!result.success) {
    // Not the decoder's own words: they repeat the value.
    const member = v.getDotPath(result.issues[0]) ?? 'object';
    throw new HoldfastError('reply_invalid', `The token response has no valid ${member}.`);
  }
  const { access_token, token_type, expires_in, refresh_token, scope } = result.output;
  return {
    accessToken: access_token,
    tokenType: token_type,
    expiresIn: expires_in,
    refreshToken: refresh_token,
    scope,
    others: othersOf(json),
  };
}

/** The OAuth error in an answer, if there is one. */
export function readOAuthError(body: string): OAuthError | undefined {
  try {
    const result = v.safeParse(Failure, parse(body));
    return result.success ? result.output : undefined;
  } catch {
    return undefined; // not JSON: it says no OAuth error
  }
}

/**
 * Whether the tokens are bound to the key of the proof that came with the request: the server says so (RFC 9449 §5), or the
 * access token itself does. Some servers bind it and call it a bearer token, which no resource of theirs then takes.
 */
export function isBoundTo(thumbprint: Thumbprint, { tokenType, accessToken }: TokenResponse): boolean {
  return isDpop(tokenType) || confirms(accessToken, thumbprint);
}

/** Whether a token type is that of bound tokens (RFC 9449 §5). */
export function isDpop(tokenType: string): boolean {
  return tokenType.toLowerCase() === 'dpop';
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The cause stays out: it quotes the answer.
    throw new HoldfastError('reply_invalid', 'The answer is not JSON.');
  }
}

/** The members that are not of RFC 6749 §5.1: what specifications add, and what a server's own clients read. */
function othersOf(json: unknown): Record<string, unknown> {
  const members = Object.entries(Object(withoutTokens(json)));
  return Object.fromEntries(members.filter(([name]) => !Object.hasOwn(Success.entries, name)));
}

function withoutTokens(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return null;
  if (Array.isArray(value)) return value.map((item) => withoutTokens(item, depth + 1));
  const members = Object.entries(value).filter(([name]) => !TOKENS.includes(name));
  return Object.fromEntries(members.map(([name, member]) => [name, withoutTokens(member, depth + 1)]));
}
