import type { KnownServer } from '../../model/server.ts';
import type { BoundSession } from '../../model/session.ts';
import { isSameOrigin } from '../sign-in/claims.ts';

/**
 * Whether this is where the secrets of a session may go, beside its resource: an endpoint on the origin of the token
 * endpoint that issued them. What else a server's metadata names is that server's word, and it may name another's endpoints.
 *
 * @param server the session's; of a session of before its token endpoint was kept, one at that server's own origin counts
 */
export function isDestination({ tokenEndpoint }: BoundSession, server: KnownServer | undefined, url: string): boolean {
  const home =
    tokenEndpoint ?? (server && isSameOrigin(server.issuer, server.tokenEndpoint) ? server.issuer : undefined);
  return home !== undefined && isSameOrigin(home, url);
}
