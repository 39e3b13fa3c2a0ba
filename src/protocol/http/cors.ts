import type { Header } from './header.ts';

/**
 * Whether a server's reply may be read by script of `origin` for a request without credentials (Fetch, CORS check).
 * Holdfast asks this of every reply that it hands to a page, because its own requests are not subject to CORS.
 */
export function corsAdmits(allowOrigin: string | null | undefined, origin: string): boolean {
  return allowOrigin === '*' || allowOrigin === origin;
}

/** What a server's CORS keeps from a page's script, for the server's author. */
export type CorsFault =
  /** No answer may be read by this origin (`Access-Control-Allow-Origin`). */
  | { readonly kind: 'origin' }
  /** The preflight was answered with this status, and not with one of success. */
  | { readonly kind: 'preflight'; readonly status: number }
  /** The request may not carry these fields (`Access-Control-Allow-Headers`). */
  | { readonly kind: 'request'; readonly names: readonly string[] }
  /** These fields of the answer may not be read (`Access-Control-Expose-Headers`). */
  | { readonly kind: 'response'; readonly names: readonly string[] };

/** Fields of answers that an MCP client needs, and that script reads only where the server exposes them. */
const NEEDED = ['Mcp-Session-Id', 'WWW-Authenticate'] as const;

/** What of an answer script of `origin` may not read. @see Fetch, CORS protocol */
export function faultsOfAnswer(header: Header, origin: string): readonly CorsFault[] {
  if (!corsAdmits(header('Access-Control-Allow-Origin'), origin)) return [{ kind: 'origin' }];
  const exposed = listed(header('Access-Control-Expose-Headers'));
  const names = exposed.has('*')
    ? []
    : NEEDED.filter((name) => header(name) !== null && !exposed.has(name.toLowerCase()));
  return names.length > 0 ? [{ kind: 'response', names }] : [];
}

/** Why a preflight stops the request that it came before. @param asked its `Access-Control-Request-Headers` */
export function faultsOfPreflight(
  asked: string | null,
  status: number,
  header: Header,
  origin: string,
): readonly CorsFault[] {
  if (!corsAdmits(header('Access-Control-Allow-Origin'), origin)) return [{ kind: 'origin' }];
  if (status < 200 || status > 299) return [{ kind: 'preflight', status }];
  const allowed = listed(header('Access-Control-Allow-Headers'));
  // A wildcard does not stand for this one.
  const isAllowed = (name: string) => allowed.has(name) || (allowed.has('*') && name !== 'authorization');
  const names = [...listed(asked)].filter((name) => !isAllowed(name));
  return names.length > 0 ? [{ kind: 'request', names }] : [];
}

const listed = (field: string | null): ReadonlySet<string> =>
  new Set((field ?? '').split(',').flatMap((name) => name.trim().toLowerCase() || []));
