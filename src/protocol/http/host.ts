const LITERAL = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

/**
 * Whether a URL names one host. `https://*` is a URL too, and would be a pattern for every host where Chrome takes an
 * origin for one.
 */
export function hasLiteralHost(url: string | URL): boolean {
  return LITERAL.test(new URL(url).hostname);
}

/**
 * Whether a URL's path stands for itself. `*`, `^` and `|` are characters of a path (RFC 3986 §3.3 allows the first, URL
 * parsers the others), and patterns where Chrome takes a filter.
 */
export function hasLiteralPath(url: string | URL): boolean {
  return !/[*^|]/.test(new URL(url).pathname);
}
