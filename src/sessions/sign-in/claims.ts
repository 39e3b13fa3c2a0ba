import { isSameOrigin } from '../../model/origin.ts';
import type { KnownServer } from '../../model/server.ts';

/** The endpoints by which a server is known again when a request goes there. */
export type Endpoint = 'authorizationEndpoint' | 'tokenEndpoint' | 'pushedAuthorizationRequestEndpoint';

/**
 * The server that is meant by an endpoint. Any server's metadata can name another's endpoint as its own: one at the
 * endpoint's own origin is meant before all others. Where there is none, because an issuer may have its endpoints at
 * another host, the only one that is believed is meant. Where several are, none is.
 *
 * @param believed issuers that there is a reason to believe: the sign-in went to them, or the agent has discovered them
 */
export function meantBy(
  endpoint: Endpoint,
  url: string,
  known: readonly KnownServer[],
  believed: readonly string[],
): KnownServer | 'disputed' | undefined {
  const claimants = known.filter((server) => isAt(server[endpoint], url, endpoint === 'authorizationEndpoint'));
  const isBelieved = ({ issuer }: KnownServer) => believed.includes(issuer);
  const atHome = claimants.filter(({ issuer }) => isSameOrigin(issuer, url));
  if (atHome.length > 0) return atHome.find(isBelieved) ?? atHome[0];
  const [only, ...others] = claimants.filter(isBelieved);
  return others.length > 0 ? 'disputed' : only;
}

/** @param hasQuery the request has a query of its own: the endpoint is known by its origin and path */
function isAt(endpoint: string | undefined, url: string, hasQuery: boolean): boolean {
  if (!endpoint || !hasQuery) return endpoint === url;
  return isSameOrigin(endpoint, url) && new URL(endpoint).pathname === new URL(url).pathname;
}
