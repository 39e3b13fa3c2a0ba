import { encode } from 'jose/base64url';
import type { Activity } from '../../model/activity.ts';
import type { Ports } from '../ports.ts';

/** A token with fewer characters stands in texts by chance, and protects nothing (RFC 6749 §10.10). */
export const SHORTEST_SECRET = 8;

/**
 * Whether a text repeats a token: as it is, escaped as in URLs, JSON and HTML, or in base64, where it may stand within something
 * longer.
 *
 * @see RFC 3986 §2.1, RFC 8259 §7, HTML §13.5, RFC 4648 §4 and §5
 */
export function repeats(text: string, token: string): boolean {
  if (token.length < SHORTEST_SECRET || text.length < token.length) return false;
  const plain = unescaped(text);
  if (text.includes(token) || plain.includes(token)) return true;
  const urlSafe = plain.replaceAll('+', '-').replaceAll('/', '_');
  // Most texts hold no word that is long enough.
  const shortest = Math.floor((token.length * 8) / 6) - 1;
  if (!urlSafe.split(/[^\w-]+/).some((word) => word.length >= shortest)) return false;
  return [0, 1, 2].some((shift) => urlSafe.includes(inBase64(token, shift)));
}

/** A server was seen to repeat a session's token. That is noted with the session, and logged the first time. */
export async function noteRepetition(
  { usage, record }: Pick<Ports, 'usage' | 'record'>,
  line: Omit<Extract<Activity, { kind: 'repeated' }>, 'kind'>,
): Promise<void> {
  const { session } = line;
  if (session === undefined || (await usage.get(session)).repeatsToken) return;
  usage.repeatsToken(session);
  record({ ...line, kind: 'repeated' });
}

const unescaped = (text: string): string =>
  text
    .replace(/(?:%|\\u00)([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll('\\/', '/')
    .replace(/&(amp|lt|gt);/g, (_, name: keyof typeof ENTITIES) => ENTITIES[name]);

const ENTITIES = { amp: '&', lt: '<', gt: '>' } as const;

/** The characters that are the token's alone, where so many bytes, modulo three, stand before it. */
function inBase64(token: string, shift: number): string {
  const encoded = encode(new TextEncoder().encode('.'.repeat(shift) + token));
  return encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + token.length) * 8) / 6));
}
