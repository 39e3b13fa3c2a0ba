/** Characters shown at each end of a thumbprint. */
const ENDS = 6;

/** A thumbprint by its first and last characters. */
export const shorten = (thumbprint: string): string => `${thumbprint.slice(0, ENDS)}…${thumbprint.slice(-ENDS)}`;

/** The host of an origin or a URL; what is neither stays as it is. */
export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** A resource as people know it: host and path. */
export function resourceName(resource: string): string {
  const { host, pathname } = new URL(resource);
  return host + (pathname === '/' ? '' : pathname);
}
