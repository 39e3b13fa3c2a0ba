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

/** What has a meaning of its own in a path, and what needs no encoding (RFC 3986 §2.3): encoded, either is another name for another path. */
const NEEDS_NO_CODE = /[\w.~/\\%;-]/;

/**
 * Whether a URL's path has one reading. Servers decode what is encoded, join slashes and cut what follows a semicolon, each in an
 * order of its own: `/files/..%2fadmin` is below `/files` for one and `/admin` for another.
 */
export function hasPlainPath(url: string | URL): boolean {
  const { pathname } = new URL(url);
  const codes = [...pathname.matchAll(/%([0-9a-f]{2})?/gi)].map(([, code]) => Number.parseInt(code ?? '25', 16));
  const hides = codes.some((code) => code < 0x20 || code === 0x7f || NEEDS_NO_CODE.test(String.fromCharCode(code)));
  return hasLiteralPath(url) && !hides && !pathname.includes('//') && !/\/\.{0,2};/.test(pathname);
}
