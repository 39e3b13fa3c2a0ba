/**
 * The `htu` claim for a request URL: scheme, host and path, without query, fragment, user info or default port.
 *
 * The WHATWG URL parser lower-cases the host and drops the default port, which is the normalization that
 * RFC 9449 §4.3 recommends to the server.
 *
 * @throws TypeError when `url` is not an absolute URL
 * @see RFC 9449 §4.2 and §4.3; RFC 3986 §6.2.2 and §6.2.3
 */
export function htu(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
