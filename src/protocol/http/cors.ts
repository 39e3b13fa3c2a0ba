/**
 * Whether a server's reply may be read by script of `origin` for a request without credentials (Fetch, CORS check).
 * Holdfast asks this of every reply that it hands to a page, because its own requests are not subject to CORS.
 */
export function corsAdmits(allowOrigin: string | null | undefined, origin: string): boolean {
  return allowOrigin === '*' || allowOrigin === origin;
}
