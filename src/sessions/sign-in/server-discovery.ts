import type { AskPurpose } from '../../messages/ui.ts';
import { LOOK_MS, METADATA_FRESH_MS } from '../../model/lifetimes.ts';
import { isSameOrigin, type Origin, originOf } from '../../model/origin.ts';
import {
  type Issuer,
  issuerOf,
  type KnownServer,
  type Resource,
  resourceOf,
  serverWithoutMetadata,
} from '../../model/server.ts';
import type { LiveSession } from '../../model/session.ts';
import { type ErrorCode, HoldfastError } from '../../protocol/error.ts';
import { offsetOf } from '../../protocol/http/clock.ts';
import { isSecureTransport } from '../../protocol/oauth/loopback.ts';
import {
  IssuerMismatch,
  originsOf,
  type ProtectedResource,
  readAuthorizationServer,
  readProtectedResource,
} from '../../protocol/oauth/metadata.ts';
import {
  issuersOf,
  metadataUrlsOf,
  resourceMetadataUrl,
  resourceOfMetadataUrl,
} from '../../protocol/oauth/well-known.ts';
import type { Caller, Ports } from '../ports.ts';
import { type Endpoint, meantBy } from './claims.ts';

/** Authorization servers and resources, known by their own validated metadata and by nothing that a page says. */
export function createServers({
  servers,
  arming,
  memory,
  network,
  access,
  now,
}: Pick<Ports, 'servers' | 'arming' | 'memory' | 'network' | 'access' | 'now'>) {
  /**
   * The server with its metadata at a URL that the caller's page has read. Asks the person for access to it, and to the
   * resources that the page is about to sign in for.
   *
   * @param tokenEndpoint as the page read it: where it differs from the one that is known, the server has moved it
   * @throws HoldfastError `permission_declined`, `metadata_invalid`, `issuer_mismatch`, and those of `Network.get`
   */
  async function discover(metadataUrl: string, caller: Caller, tokenEndpoint?: string): Promise<KnownServer> {
    if (!isSecureTransport(metadataUrl)) throw new HoldfastError('metadata_invalid', 'Metadata must come over https.');
    const origin = originOf(metadataUrl);
    const resources = await resourcesOf(caller);
    // Where it read of several, it may mean any of them.
    const resource = resources.length === 1 ? resources[0] : undefined;
    await need(caller, [origin, ...resources], { issuer: origin, resource });
    const known = (await servers.list(caller.agent)).find((server) => server.metadataUrl === metadataUrl);
    const isKnown = known !== undefined && isCurrent(known, tokenEndpoint);
    const server = isKnown ? known : await fetchServer(metadataUrl, caller.agent);
    const issuer = originOf(server.issuer);
    await need(caller, originsOf(server).map(originOf), { issuer, resource });
    // One that is new to the agent is kept when it is used.
    if (known && !isKnown) await servers.save(caller.agent, server);
    return server;
  }

  function isCurrent(known: KnownServer, tokenEndpoint = known.tokenEndpoint): boolean {
    return now() - known.checkedAt < METADATA_FRESH_MS && known.tokenEndpoint === tokenEndpoint;
  }

  /**
   * The server of an issuer, if this is its token endpoint: by what is known of it or, where that is lost or says
   * otherwise, by its metadata of now, as far as Holdfast may read it.
   */
  async function byIssuer(issuer: Issuer, tokenEndpoint: string, agent: Origin): Promise<KnownServer | undefined> {
    const known = await servers.get(agent, issuer);
    return known?.tokenEndpoint === tokenEndpoint ? known : readAgain(issuer, tokenEndpoint, agent);
  }

  async function readAgain(issuer: Issuer, tokenEndpoint: string, agent: Origin): Promise<KnownServer | undefined> {
    if (!(await access.granted(agent, [originOf(issuer)]))) return undefined;
    for (const metadataUrl of metadataUrlsOf(issuer)) {
      const server = await fetchServer(metadataUrl, agent).catch(ifNotThere);
      if (server?.issuer !== issuer || server.tokenEndpoint !== tokenEndpoint) continue;
      await servers.save(agent, server);
      return server;
    }
    return undefined;
  }

  /**
   * The server that an agent means by an endpoint, as far as the agent knows it; see `meantBy`.
   *
   * @param believed the issuer that a sign-in went to, or the agent's discoveries
   */
  async function meantAt(
    endpoint: Endpoint,
    url: string,
    agent: Origin,
    believed: 'discovered' | { readonly issuer: Issuer | undefined },
  ): Promise<KnownServer | 'disputed' | undefined> {
    const issuers =
      believed === 'discovered'
        ? (await arming.ofAgent(agent)).map(({ issuer }) => issuer)
        : [believed.issuer].filter((issuer) => issuer !== undefined);
    return meantBy(endpoint, url, await servers.list(agent), issuers);
  }

  /** The server that a session is from: the one that is meant by its token endpoint, else the one that it was begun with. */
  async function ofSession({ agent, issuer, tokenEndpoint }: LiveSession): Promise<KnownServer | undefined> {
    const meant = tokenEndpoint && (await meantAt('tokenEndpoint', tokenEndpoint, agent, { issuer }));
    if (meant && meant !== 'disputed') return meant;
    const named = issuer === undefined ? undefined : await servers.get(agent, issuer);
    if (named || issuer === undefined || tokenEndpoint === undefined) return named;
    return readAgain(issuer, tokenEndpoint, agent);
  }

  /**
   * For an agent that discovers nothing: the resource that its token request names says which servers it trusts
   * (RFC 9728), and one of those must say that this is its token endpoint.
   */
  async function byResource(resource: string, tokenEndpoint: string, caller: Caller): Promise<KnownServer | undefined> {
    const origin = originOf(resource);
    await need(caller, [origin], { resource: origin });
    const meant = { ...caller, resources: new Set([resource]) };
    const { authorizationServers } = await metadataOf(resource, caller.agent);
    for (const issuer of authorizationServers) {
      for (const metadataUrl of metadataUrlsOf(issuer)) {
        const server = await discover(metadataUrl, meant).catch(ifNotThere);
        if (server?.tokenEndpoint !== tokenEndpoint) continue;
        await servers.save(caller.agent, server);
        return server;
      }
    }
    return undefined;
  }

  /** For a sign-in that names no resource: the only one whose metadata its document read and that trusts this server. */
  async function resourceAt(server: KnownServer, caller: Caller): Promise<Resource | undefined> {
    const [only, ...others] = await trusting(server, caller);
    return others.length === 0 ? resourceOf(only?.resource) : undefined;
  }

  /**
   * Whether an agent's sign-in at a server is for MCP: its document has read the metadata of a resource that trusts the server; or
   * the agent has looked for some at the server's own origin, where there is none.
   */
  async function isOfMcp(server: KnownServer, caller: Caller): Promise<boolean> {
    return (await trusting(server, caller)).length > 0 || isOfOldServer(originOf(server.issuer), caller);
  }

  /** What a resource says of itself that a sign-in names, as far as Holdfast may read it. */
  async function resourceNamed(resource: string | undefined, agent: Origin): Promise<ProtectedResource | undefined> {
    const named = resourceOf(resource);
    if (named === undefined || !(await access.granted(agent, [originOf(named)]))) return undefined;
    return metadataOf(named, agent).catch(ifNotThere);
  }

  /**
   * Whether a resource trusts this server, by its own metadata; one that has none trusts its own origin's. A page may ask any server
   * for a token in any resource's name.
   */
  async function isTrustedBy(resource: Resource, issuer: Issuer | undefined, agent: Origin): Promise<boolean> {
    if (issuer === undefined) return false;
    const said = await resourceNamed(resource, agent);
    return said ? said.authorizationServers.includes(issuer) : isSameOrigin(issuer, resource);
  }

  /** The resources whose metadata a document has read (RFC 9728) and that trust this server. Those before the latest are given a moment. */
  async function trusting({ issuer }: KnownServer, { agent, resources }: Caller): Promise<ProtectedResource[]> {
    const latest = [...resources].at(-1);
    const looked = (url: string) => {
      const reading = readResource(url, agent);
      return url === latest ? reading : aMoment(reading);
    };
    const read = await Promise.all([...resources].map(looked));
    return read.filter((one) => one !== undefined).filter((one) => one.authorizationServers.includes(issuer));
  }

  /**
   * Whether an MCP server without a resource's metadata stands at an origin, for all that an agent knows: it is its own
   * authorization server then (MCP authorization 2025-03-26, "Authorization Base URL").
   */
  async function isOfOldServer(origin: Origin, { agent, resources }: Caller): Promise<boolean> {
    if (!(await memory.hasLookedAt(agent, origin)) || !(await access.granted(agent, [origin]))) return false;
    const read = [...resources].filter((url) => isSameOrigin(url, origin));
    const places = new Set([origin, ...read.map(resourceOfMetadataUrl)]);
    try {
      for (const place of places) {
        if (place !== undefined && (await metadataOf(place, agent).catch(ifNone))) return false;
      }
      return true;
    } catch (error) {
      return ifNotThere(error) ?? false; // it cannot be told
    }
  }

  /** The server of a token endpoint where MCP clients look for one that has no metadata. Asks the person for access to it. */
  async function withoutMetadata(tokenEndpoint: string, caller: Caller): Promise<KnownServer | undefined> {
    const origin = originOf(tokenEndpoint);
    const [metadataUrl = '', ...others] = metadataUrlsOf(origin);
    const server = serverWithoutMetadata(origin, metadataUrl, now());
    if (server.tokenEndpoint !== tokenEndpoint || !(await memory.hasLookedAt(caller.agent, origin))) return undefined;
    await need(caller, [origin], { issuer: origin });
    for (const url of [metadataUrl, ...others]) {
      if (await fetchServer(url, caller.agent).catch(ifNone)) return undefined;
    }
    if (!(await isOfOldServer(origin, caller))) return undefined;
    await servers.save(caller.agent, server);
    return server;
  }

  /** The metadata of a resource that a page has read, read by Holdfast itself where it may. */
  async function readResource(metadataUrl: string, agent: Origin): Promise<ProtectedResource | undefined> {
    return resourceNamed(resourceOfMetadataUrl(metadataUrl), agent);
  }

  /**
   * The servers of the resources that a page may be about to sign in for, the latest that it read of first. One before it that was
   * refused was another sign-in's: it is not in the way of this one.
   */
  async function resourcesOf(caller: Caller): Promise<Origin[]> {
    const [latest, ...earlier] = new Set([...caller.resources].reverse().map((url) => originOf(url)));
    const open = await Promise.all(earlier.map((origin) => access.mayHave(caller.agent, origin)));
    return latest === undefined ? [] : [latest, ...earlier.filter((_, index) => open[index])];
  }

  async function need(
    caller: Caller,
    origins: readonly Origin[],
    purpose: Pick<AskPurpose, 'issuer' | 'resource'>,
  ): Promise<void> {
    if (await access.ensure(caller.agent, [...new Set(origins)], { kind: 'signIn', ...purpose })) return;
    throw new HoldfastError('permission_declined', `No access to ${origins.join(', ')}`);
  }

  async function fetchServer(metadataUrl: string, agent: Origin): Promise<KnownServer> {
    const asked = now();
    const reply = await network.get(metadataUrl, agent);
    const offset = offsetOf((name) => reply.headers.get(name), asked, now());
    if (offset !== undefined) await memory.setClockOffset(originOf(metadataUrl), offset);
    const server = await readAuthorizationServer(issuersOf(metadataUrl), reply).catch(async (error) => {
      if (error instanceof IssuerMismatch) await memory.setMisnamed(agent, error.tokenEndpoint, true);
      throw error;
    });
    await memory.setMisnamed(agent, server.tokenEndpoint, false);
    return { ...server, issuer: issuerOf(server), metadataUrl, checkedAt: now() };
  }

  /**
   * Reads the clock of a server once after each start of the browser, before a code or a refresh token is sent there: some
   * servers spend it before they check the proof. If the clock cannot be read in time, a refused proof will show it.
   */
  async function learnClock(
    tokenEndpoint: string,
    agent: Origin,
    serverOf: () => Promise<KnownServer | undefined>,
  ): Promise<void> {
    const origin = originOf(tokenEndpoint);
    if (await memory.knowsClock(origin)) return;
    const metadataUrl = (await serverOf())?.metadataUrl;
    if (metadataUrl && isSameOrigin(metadataUrl, origin) && (await access.granted(agent, [origin]))) {
      await aMoment(fetchServer(metadataUrl, agent).catch(ifNotThere));
    }
    if (!(await memory.knowsClock(origin))) await memory.setClockOffset(origin, 0);
  }

  /** What a resource says of itself (RFC 9728). @throws HoldfastError as `readProtectedResource` and `Network.get` do */
  async function metadataOf(resource: string, agent: Origin): Promise<ProtectedResource> {
    return readProtectedResource(resource, await network.get(resourceMetadataUrl(resource), agent));
  }

  return {
    discover,
    byIssuer,
    meantAt,
    ofSession,
    byResource,
    withoutMetadata,
    resourceAt,
    resourceNamed,
    isTrustedBy,
    trusting,
    isOfMcp,
    metadataOf,
    learnClock,
  };
}

export type Servers = ReturnType<typeof createServers>;

/** What comes within `LOOK_MS`: a server that hangs is not waited for. */
function aMoment<T>(coming: Promise<T>): Promise<T | undefined> {
  const moment = new Promise<undefined>((resolve) => setTimeout(resolve, LOOK_MS));
  return Promise.race([coming, moment]);
}

/** What says that metadata does not stand where it was looked for. */
const NOT_THERE: readonly ErrorCode[] = [
  'issuer_mismatch',
  'metadata_invalid',
  'reply_too_large',
  'reply_truncated',
  'server_redirected',
  'server_timeout',
  'server_unreachable',
];

/** Takes what says that a server could not be verified for a page; anything else is thrown on. */
export function ifUnverified(error: unknown): undefined {
  if (error instanceof HoldfastError && error.code === 'permission_declined') return undefined;
  return ifNotThere(error);
}

/** Takes what says that there is no metadata at a URL, or none of what stands there; anything else is thrown on. */
export function ifNone(error: unknown): undefined {
  const code = error instanceof HoldfastError ? error.code : undefined;
  if (code === 'metadata_invalid' || code === 'issuer_mismatch') return undefined;
  throw error;
}

function ifNotThere(error: unknown): undefined {
  if (error instanceof HoldfastError && NOT_THERE.includes(error.code)) return undefined;
  throw error;
}
