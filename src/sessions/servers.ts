import { HoldfastError } from '../protocol/error.ts';
import {
  type AuthorizationServer,
  originsOf,
  type ProtectedResource,
  readAuthorizationServer,
  readProtectedResource,
} from '../protocol/oauth/metadata.ts';
import { issuersOf, resourceMetadataUrl } from '../protocol/oauth/well-known.ts';
import type { Caller, KnownServer, Ports } from './ports.ts';

/** How long validated metadata is taken as current, in milliseconds. */
const FRESH = 5 * 60_000;

/** Authorization servers and resources, known by their own validated metadata and by nothing that a page says. */
export function createServers({
  servers,
  network,
  access,
  now,
}: Pick<Ports, 'servers' | 'network' | 'access' | 'now'>) {
  /**
   * The server whose metadata stands at a URL that the caller's page has read. Asks the person for access to it, and to
   * the resources that the page is about to sign in for.
   *
   * @throws HoldfastError `permission_declined`, `metadata_invalid`, `server_unreachable`
   */
  async function discover(metadataUrl: string, caller: Caller): Promise<KnownServer> {
    await need(caller, [new URL(metadataUrl).origin, ...[...caller.resources].map((url) => new URL(url).origin)]);
    const known = (await servers.list()).find((server) => server.metadataUrl === metadataUrl);
    const fresh = known !== undefined && now() - known.checkedAt < FRESH;
    const server = fresh ? known : await fetchServer(metadataUrl);
    await need(caller, originsOf(server));
    return server;
  }

  /** The server whose token endpoint this is, as far as it is known. */
  async function byTokenEndpoint(url: string): Promise<KnownServer | undefined> {
    return (await servers.list()).find((server) => server.tokenEndpoint === url);
  }

  /**
   * For an agent that discovers nothing: the resource that its token request names says which servers it trusts
   * (RFC 9728), and one of those must say that this is its token endpoint.
   */
  async function byResource(resource: string, tokenEndpoint: string, caller: Caller): Promise<KnownServer | undefined> {
    await need(caller, [new URL(resource).origin]);
    const { authorizationServers } = await fetchResource(resource);
    for (const issuer of authorizationServers) {
      const { origin, pathname } = new URL(issuer);
      const path = pathname.replace(/\/$/, '');
      for (const metadataUrl of [
        `${origin}/.well-known/oauth-authorization-server${path}`,
        `${origin}${path}/.well-known/openid-configuration`,
      ]) {
        const server = await discover(metadataUrl, caller).catch(ifNotThere);
        if (server?.tokenEndpoint === tokenEndpoint) return server;
      }
    }
    return undefined;
  }

  async function need(caller: Caller, origins: readonly string[]): Promise<void> {
    if (await access.ensure(caller.agent, [...new Set(origins)])) return;
    throw new HoldfastError('permission_declined', `No access to ${origins.join(', ')}`);
  }

  async function fetchServer(metadataUrl: string): Promise<KnownServer> {
    const server: AuthorizationServer = await readAuthorizationServer(
      issuersOf(metadataUrl),
      await network.get(metadataUrl),
    );
    const known = { ...server, metadataUrl, checkedAt: now() };
    await servers.save(known);
    return known;
  }

  async function fetchResource(resource: string): Promise<ProtectedResource> {
    return readProtectedResource(resource, await network.get(resourceMetadataUrl(resource)));
  }

  return { discover, byTokenEndpoint, byResource };
}

export type Servers = ReturnType<typeof createServers>;

function ifNotThere(error: unknown): undefined {
  if (error instanceof HoldfastError && error.code !== 'permission_declined') return undefined;
  throw error;
}
