import type { LiveSession } from '../../model/session.ts';
import type { Tokens } from '../../model/tokens.ts';
import { repeats, SHORTEST_SECRET } from './repetition.ts';

/** What the page holds in place of each real token, by the token. */
export type Concealed = ReadonlyMap<string, string>;

/** An answer that is nested deeper holds nothing that a client reads. */
const DEEPEST = 64;

/** The real tokens of a session, and its handles in their place. */
export function concealed({ handles }: Pick<LiveSession, 'handles'>, { accessToken, refreshToken }: Tokens): Concealed {
  const tokens = new Map<string, string>();
  if (handles.by === 'page') return tokens; // without custody the page holds them
  if (accessToken) tokens.set(accessToken, handles.access);
  if (refreshToken) tokens.set(refreshToken, handles.refresh ?? '');
  return tokens;
}

/**
 * A decoded answer, with handles wherever the server repeats a real token: some name the token in the description of an
 * error, or in an introspection response.
 */
export function conceal<T>(value: T, tokens: Concealed, depth = 0): T {
  if (typeof value === 'string') return withHandles(value, tokens) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return null as T;
  if (Array.isArray(value)) return value.map((item) => conceal(item, tokens, depth + 1)) as T;
  const members = Object.entries(value);
  return Object.fromEntries(
    members.map(([name, member]) => [withHandles(name, tokens), conceal(member, tokens, depth + 1)]),
  ) as T;
}

/** The same of an answer's text, which is written anew. Undefined for what is no JSON: a token may stand in it in any form. */
export function concealJson(text: string, tokens: Concealed): string | undefined {
  try {
    return JSON.stringify(conceal<unknown>(JSON.parse(text), tokens));
  } catch {
    return undefined;
  }
}

/** In one go, so that no handle is looked through. Of a text with a token that is so short that any text has it, nothing is left. */
function withHandles(text: string, tokens: Concealed): string {
  const known = [...tokens.keys()].filter((token) => text.includes(token));
  if (known.some((token) => token.length < SHORTEST_SECRET)) return '';
  // The longest first: one may begin like another.
  const longestFirst = known.sort((a, b) => b.length - a.length).map(asPattern);
  const done =
    known.length === 0
      ? text
      : text.replace(new RegExp(longestFirst.join('|'), 'g'), (token) => tokens.get(token) ?? '');
  return [...tokens.keys()].some((token) => repeats(done, token)) ? '' : done; // in some encoding
}

/** A pattern that matches this text alone (ECMA-262, `SyntaxCharacter`). */
const asPattern = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}/-]/g, '\\$&');
