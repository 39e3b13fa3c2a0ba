import { hasLiteralPath } from '../protocol/http/host.ts';
import { isSecureTransport } from '../protocol/oauth/loopback.ts';
import { mentionsHandle } from './handle.ts';
import { LONGEST_HEADER, LONGEST_NAME, LONGEST_URL } from './quotas.ts';

/** What is wrong with what a person has typed. */
export type KeyProblem =
  | 'serverNone'
  | 'serverInsecure'
  | 'serverPath'
  | 'headerNone'
  | 'headerReserved'
  | 'schemeNone'
  | 'schemeDpop'
  | 'secretNone'
  | 'secretCharacters'
  | 'secretHandle';

/** A token (RFC 9110 §5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * Header fields in which no key is put: those that a page cannot set (Fetch, "forbidden request-header"), those that say what a
 * message is and where it comes from (RFC 9110), and those of DPoP and MCP.
 */
const RESERVED = new RegExp(
  `^(?:${[
    'accept.*|access-control-.*|connection|content-.*|cookie2?|date|dnt|expect|host|keep-alive|origin|proxy-.*|referer',
    'sec-.*|set-cookie|te|trailer|transfer-encoding|upgrade|via|x-http-method.*|x-method-override',
    'cache-control|forwarded|from|if-.*|max-forwards|pragma|range|user-agent|x-forwarded-.*',
    'dpop|last-event-id|mcp-.*',
  ].join('|')})$`,
  'i',
);

/** Of the address that a key reaches, with what is below it. */
export function serverProblem(url: string): KeyProblem | undefined {
  if (url.length > LONGEST_URL || !URL.canParse(url)) return 'serverNone';
  if (!isSecureTransport(url)) return 'serverInsecure';
  const { origin, pathname } = new URL(url);
  return new URL(url).href === origin + pathname && hasLiteralPath(url) ? undefined : 'serverPath';
}

export function headerProblem(name: string): KeyProblem | undefined {
  if (name.length > LONGEST_NAME || !TOKEN.test(name)) return 'headerNone';
  return RESERVED.test(name) ? 'headerReserved' : undefined;
}

/** @param scheme empty where the key stands alone */
export function schemeProblem(scheme: string): KeyProblem | undefined {
  if (scheme !== '' && (scheme.length > LONGEST_NAME || !TOKEN.test(scheme))) return 'schemeNone';
  return scheme.toLowerCase() === 'dpop' ? 'schemeDpop' : undefined;
}

/** Of a key as it leaves: in visible characters of ASCII, as fields can carry them (RFC 9110 §5.5). */
export function secretProblem(secret: string): KeyProblem | undefined {
  if (secret === '') return 'secretNone';
  if (mentionsHandle(secret)) return 'secretHandle';
  return secret.length > LONGEST_HEADER || !/^[\x21-\x7e]+$/.test(secret) ? 'secretCharacters' : undefined;
}

/** A key as a person pasted it: without the spaces around it, and without its scheme, which goes before it anyway. */
export function keyIn(pasted: string, scheme: string): string {
  const text = pasted.trim();
  const isBefore = scheme !== '' && text.toLowerCase().startsWith(`${scheme.toLowerCase()} `);
  return isBefore ? text.slice(scheme.length).trim() : text;
}
