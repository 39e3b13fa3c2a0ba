import type * as v from 'valibot';
import { hasPlainPath } from '../protocol/http/host.ts';
import { covers, isSameResource } from '../protocol/mcp/resource.ts';
import { isSameOrigin } from './origin.ts';
import { LONGEST_FURTHER } from './quotas.ts';
import { isEndpointOf, type KnownServer, resourceAt } from './server.ts';
import type { LiveSession } from './session.ts';

/**
 * A URL where a secret may go. The network and the rules send secrets to nothing else, and only this module makes one: from
 * a session, or from the server of a sign-in, and from what the secret is for.
 */
export type Destination = string & v.Brand<'Destination'>;

const destination = (url: string): Destination => url as Destination;

/**
 * For a session's access token: its resource, where its server is known to take its clients, and where the person lets it be used.
 *
 * @param server the authorization server, where that stands at the resource's origin: its endpoints are not the resource's
 */
export function toResource(session: LiveSession, url: string, server?: KnownServer): Destination | undefined {
  const { resource, reach = [] } = session;
  if (server && isEndpointOf(server, url)) return undefined;
  const isThere = resource !== undefined && [resource, ...reach].some((known) => covers(known, url));
  return isThere || isFurther(session, url) ? destination(url) : undefined;
}

/**
 * Whether the person lets a session be used there, beside its resource. Of such an address there is one reading, and it is never
 * where the session's tokens are issued.
 */
function isFurther({ resource, tokenEndpoint, further = [] }: LiveSession, url: string): boolean {
  if (!further.some((known) => covers(known, url))) return false;
  if (resource === undefined || !isSameOrigin(resource, url) || !hasPlainPath(url)) return false;
  return tokenEndpoint === undefined || !isSameResource(resourceAt(tokenEndpoint), resourceAt(url));
}

/**
 * The address that a request beside a session's resource is for, as a person is asked about it; undefined where it cannot be had: on
 * another origin, of more than one reading, or too long to be read. A given key has the address that the person gave with it.
 */
export function furtherAddress({ state, resource }: LiveSession, url: string): string | undefined {
  if (state === 'given' || resource === undefined || !isSameOrigin(resource, url) || !hasPlainPath(url))
    return undefined;
  const { origin, pathname } = new URL(url);
  const address = origin + (pathname === '/' ? '/' : pathname.replace(/\/$/, ''));
  return address.length > LONGEST_FURTHER ? undefined : address;
}

/**
 * For a session's refresh token, and for ending or asking about its tokens: an endpoint on the origin of the token endpoint
 * that issued them. What else a server's metadata names is that server's word, and it may name another's endpoints.
 *
 * @param server the session's; of a session of before its token endpoint was kept, one at that server's own origin counts
 */
export function toIssuer(
  { tokenEndpoint }: LiveSession,
  server: KnownServer | undefined,
  url: string,
): Destination | undefined {
  const home =
    tokenEndpoint ?? (server && isSameOrigin(server.issuer, server.tokenEndpoint) ? server.issuer : undefined);
  return tokenEndpoint === url || (home !== undefined && isSameOrigin(home, url)) ? destination(url) : undefined;
}

/** For a code, and for a client's own credentials: an endpoint of the server that the sign-in is at, as it names it itself. */
export function toSignIn(
  server: KnownServer,
  endpoint: 'tokenEndpoint' | 'pushedAuthorizationRequestEndpoint',
  url: string,
): Destination | undefined {
  return server[endpoint] === url ? destination(url) : undefined;
}

/** For revoking the tokens of a sign-in that ends in no session (RFC 7009): on the origin of the endpoint that issued them. */
export function toRevocation({ revocationEndpoint, tokenEndpoint }: KnownServer): Destination | undefined {
  const isThere = revocationEndpoint !== undefined && isSameOrigin(revocationEndpoint, tokenEndpoint);
  return isThere ? destination(revocationEndpoint) : undefined;
}
