const LITERAL = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

/**
 * Whether a URL names one host. `https://*` is a URL too, and would be a pattern for every host where Chrome takes an
 * origin for one.
 */
export function hasLiteralHost(url: string | URL): boolean {
  return LITERAL.test(new URL(url).hostname);
}
