import { SIGN_IN_EXPECTED_MS } from '../../model/lifetimes.ts';
import { isSameOrigin, type Origin, originOf } from '../../model/origin.ts';
import { holdsBearer } from '../../model/policy.ts';
import { type KnownServer, resourceOf } from '../../model/server.ts';
import type { Armed, Authorization, SignIns } from '../../model/sign-in.ts';
import type { Algorithm } from '../../protocol/dpop/algorithm.ts';
import type { ProofKey } from '../../protocol/dpop/key.ts';
import { type AuthorizationRequest, readAuthorizationRequest } from '../../protocol/oauth/authorization-request.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import { createKeyedLock } from '../../structures/keyed-lock.ts';
import { createSignInQuota } from '../lifecycle/sign-in-quota.ts';
import type { Caller, Ports } from '../ports.ts';
import { createSeldom } from '../seldom.ts';
import { algorithmFor, takenBy, takenByAll } from './algorithms.ts';
import { NO_SIGN_INS, together, withLatest } from './known-sign-ins.ts';
import type { Servers } from './server-discovery.ts';

/** What a sign-in names, by which others like it are known. */
type Named = Partial<Pick<AuthorizationRequest, 'resource' | 'clientId'>>;

/** What the resources take that a sign-in may be for; undefined where that is not known, or they do not say. */
type Taken = readonly Algorithm[] | undefined;

type ArmingPorts = Pick<Ports, 'keys' | 'sessions' | 'arming' | 'servers' | 'rules' | 'policies' | 'record' | 'now'>;

/**
 * Keys for authorization requests: each request names a key of its own in `dpop_jkt` (RFC 9449 §10), and PKCE finds that
 * key again at the token request.
 */
export function createArming(
  ports: ArmingPorts,
  { meantAt, resourceNamed, trusting }: Pick<Servers, 'meantAt' | 'resourceNamed' | 'trusting'>,
) {
  const { keys, arming, servers, rules, policies, record, now } = ports;
  const quota = createSignInQuota(ports);
  const serial = createKeyedLock();
  const isNew = createSeldom(now);
  /** Ends when the navigations of an agent that were seen to leave have been looked at. */
  const looking = new Map<Origin, Promise<unknown>>();

  /**
   * Makes sure that this agent's next sign-in at this server names a key, if there is one that server and resource take.
   *
   * @param found the document that has set out to sign in here, for the resources that it has read of
   */
  async function arm(agent: Origin, server: KnownServer, found?: Caller): Promise<void> {
    const read = found && found.resources.size > 0 ? await trusting(server, found) : undefined;
    await serial(`${agent} ${server.issuer}`, async () => {
      const taken = read ? takenByAll(server, read) : (await arming.get(agent, server.issuer))?.taken;
      const armed = (await usable(agent, server, taken)) ?? (await renew(agent, server, taken));
      if (armed || read) await know(agent, server);
      const resources = [...(found?.resources ?? [])].map((url) => originOf(url));
      if (!armed) return disarm(agent, server, resources);
      const expecting = found && { signIns: withLatest(armed.signIns, { resources }), expectedAt: now() };
      if (expecting) await arming.save({ ...armed, ...expecting });
      await nameKey({ ...armed, ...expecting }, server);
    });
  }

  /** There is no key that the resources of a document take: where its sign-ins are all that is known here, they name none. */
  async function disarm(agent: Origin, { issuer, authorizationEndpoint }: KnownServer, found: Origin[]): Promise<void> {
    const before = await arming.get(agent, issuer);
    if (!before?.signIns.resources.every((resource) => found.includes(resource))) return;
    if (authorizationEndpoint) await rules.nameNone(agent, authorizationEndpoint);
    await arming.remove(agent, issuer);
  }

  /** A sign-in of this agent at this server has ended in a session: the next one like it is known by what it names. */
  async function signedIn(agent: Origin, server: KnownServer, { resource, clientId }: Named): Promise<void> {
    await serial(`${agent} ${server.issuer}`, async () => {
      const armed = await arming.get(agent, server.issuer);
      if (!armed) return;
      const resources = resource === undefined ? [] : [originOf(resource)];
      const signIns = withLatest(armed.signIns, { resources, clients: clientId === undefined ? [] : [clientId] });
      await arming.save({ ...armed, signIns, expectedAt: undefined });
      await nameKey({ ...armed, signIns }, server);
    });
  }

  /**
   * Whether a request at a server is of an MCP sign-in, as far as it is not seen to have named a key: a login of the site's
   * own at the same server is none of Holdfast's.
   */
  async function isOfMcp(
    { resource, clientId }: Named,
    { issuer }: KnownServer,
    { agent, resources }: Caller,
  ): Promise<boolean> {
    if (resource !== undefined || resources.size > 0) return true;
    const armed = await arming.get(agent, issuer);
    if (!armed) return false;
    return (
      armed.signIns.clients.some((known) => known === clientId) || now() - (armed.expectedAt ?? 0) < SIGN_IN_EXPECTED_MS
    );
  }

  /** Whether there is an algorithm for this agent's keys at this server: without one its tokens cannot be bound. */
  async function canBind(agent: Origin, server: KnownServer, resource: string | undefined): Promise<boolean> {
    return algorithmFor(server, await policies.of(agent), await takenAt(resource, agent)) !== undefined;
  }

  async function takenAt(resource: string | undefined, agent: Origin): Promise<Taken> {
    return takenBy(await resourceNamed(resource, agent));
  }

  /** Whether this agent is armed at the server of this metadata. */
  async function isArmedBy(metadataUrl: string, agent: Origin): Promise<boolean> {
    for (const { issuer } of await arming.ofAgent(agent)) {
      if ((await servers.get(agent, issuer))?.metadataUrl === metadataUrl) return true;
    }
    return false;
  }

  /** Arms again what this agent knows: its library may have cached the discovery. */
  async function armAgain(agent: Origin): Promise<void> {
    for (const { issuer } of await arming.ofAgent(agent)) {
      const server = await servers.get(agent, issuer);
      if (server) await arm(agent, server);
    }
  }

  /**
   * A navigation was seen to leave. Of an authorization request, remembers its key by its code challenge, and arms the next key.
   */
  async function authorized(agent: Origin, url: string, method = 'GET'): Promise<void> {
    const work = looked(agent, url, method);
    const all = Promise.allSettled([looking.get(agent), work]).then(() => {
      if (looking.get(agent) === all) looking.delete(agent);
    });
    looking.set(agent, all);
    await work;
  }

  async function looked(agent: Origin, url: string, method: string): Promise<void> {
    const server = await signsInWithoutKey(agent, url, method);
    if (server) noteWithoutKey(agent, server);
    await remembered(agent, url);
  }

  /** The server, where a navigation is one of the agent's MCP sign-ins, and names no key or one that is not Holdfast's. */
  async function signsInWithoutKey(agent: Origin, url: string, method: string): Promise<KnownServer | undefined> {
    const server = await meantAt('authorizationEndpoint', url, agent, 'discovered');
    const armed = server && server !== 'disputed' && (await arming.get(agent, server.issuer));
    if (!armed) return undefined;
    const { searchParams } = new URL(url);
    // What is posted can be anything; a server's own pages post to it as well.
    if (method === 'POST') return isSameOrigin(agent, url) ? undefined : server;
    // A pushed request has named its key already.
    if (searchParams.has('request_uri') || !isAmong(armed.signIns, searchParams)) return undefined;
    const named = searchParams.getAll('dpop_jkt');
    const own: readonly string[] = named.length > 0 ? await keys.list() : [];
    return named.length > 0 && named.every((thumbprint) => own.includes(thumbprint)) ? undefined : server;
  }

  function noteWithoutKey(agent: Origin, { issuer }: KnownServer): void {
    if (isNew(`${agent} ${issuer}`)) record({ at: now(), kind: 'withoutKey', agent, server: originOf(issuer) });
  }

  async function remembered(agent: Origin, url: string): Promise<void> {
    const request = readAuthorizationRequest(new URL(url).searchParams);
    if (!request.dpopJkt) return rememberedWithoutKey(agent, url, request);
    const named = await namedIn(request.dpopJkt, agent);
    const server = named && (await meantAt('authorizationEndpoint', url, named.agent, { issuer: named.issuer }));
    if (!server || server === 'disputed') return;
    await serial(`${named.agent} ${named.issuer}`, async () => {
      await know(agent, server); // a neighbour's rule may have named it
      await remember({ agent, issuer: server.issuer, thumbprint: named.thumbprint }, request);
      const armed = await arming.get(named.agent, named.issuer);
      if (!armed || armed.thumbprint !== named.thumbprint) return; // renewed already
      const armedFor = await servers.get(named.agent, named.issuer);
      const next = armedFor && (await renew(named.agent, armedFor, armed.taken, false));
      if (next) await nameKey(next, armedFor);
    });
    record({ at: now(), kind: 'authorized', agent, server: originOf(server.issuer) });
  }

  /** A sign-in for a resource at a server that binds nothing: the token request may name no resource any more. */
  async function rememberedWithoutKey(agent: Origin, url: string, request: AuthorizationRequest): Promise<void> {
    if (resourceOf(request.resource) === undefined || !request.codeChallenge) return;
    const server = await meantAt('authorizationEndpoint', url, agent, 'discovered');
    if (!server || server === 'disputed' || (await canBind(agent, server, request.resource))) return;
    if (!holdsBearer(await policies.of(agent))) return;
    await remember({ agent, issuer: server.issuer, thumbprint: undefined }, request);
    record({ at: now(), kind: 'authorized', agent, server: originOf(server.issuer) });
  }

  /**
   * Who armed the key that an agent's request names. The rule that names it knows hosts, and hosts below them, but no ports
   * (`initiatorDomains`): it may be a neighbour's. And a request that leaves before the next key is named names the one
   * before it once more.
   */
  async function namedIn(
    dpopJkt: string,
    agent: Origin,
  ): Promise<Pick<Authorization, 'agent' | 'issuer' | 'thumbprint'> | undefined> {
    const armed = (await arming.list()).find(({ thumbprint }) => thumbprint === dpopJkt);
    const before = armed ?? (await arming.authorizations()).find(({ thumbprint }) => thumbprint === dpopJkt);
    return before && sharesRules(before.agent, agent) ? before : undefined;
  }

  /** Takes the armed key for an authorization request that the background itself sends; it is remembered as if it had been seen. */
  async function takeForPushed(
    agent: Origin,
    server: KnownServer,
    request: AuthorizationRequest,
  ): Promise<ProofKey | undefined> {
    const said = await takenAt(request.resource, agent);
    return serial(`${agent} ${server.issuer}`, () => take(agent, server, said, request));
  }

  /**
   * Takes the armed key for a code whose authorization request was not seen.
   *
   * @returns `seen` where it was seen meanwhile, on a busy machine: it has named the key before this one
   */
  async function takeUnlessSeen(
    agent: Origin,
    server: KnownServer,
    resource: string | undefined,
    codeVerifier: string | undefined,
  ): Promise<ProofKey | 'seen' | undefined> {
    const said = await takenAt(resource, agent);
    return serial(`${agent} ${server.issuer}`, async () =>
      codeVerifier && (await answeredBy(agent, codeVerifier)) ? 'seen' : take(agent, server, said),
    );
  }

  async function take(
    agent: Origin,
    server: KnownServer,
    said: Taken,
    pushed?: AuthorizationRequest,
  ): Promise<ProofKey | undefined> {
    const taken = said ?? (await arming.get(agent, server.issuer))?.taken;
    const armed = (await usable(agent, server, taken)) ?? (await renew(agent, server, taken));
    if (!armed) return undefined;
    await know(agent, server);
    if (pushed) await remember(armed, pushed);
    const next = await renew(agent, server, taken);
    if (next) await nameKey(next, server);
    return keys.get(armed.thumbprint);
  }

  /** The authorization request whose code challenge this verifier answers. One that has just left is waited for. */
  async function authorizationOf(agent: Origin, codeVerifier: string): Promise<Authorization | undefined> {
    await looking.get(agent);
    return answeredBy(agent, codeVerifier);
  }

  async function answeredBy(agent: Origin, codeVerifier: string): Promise<Authorization | undefined> {
    const found = await arming.authorization(await codeChallenge(codeVerifier));
    return found?.agent === agent ? found : undefined;
  }

  /** A server is kept for an agent as soon as the agent is armed there, or a document of a resource set out to a sign-in there. */
  async function know(agent: Origin, server: KnownServer): Promise<void> {
    if ((await servers.get(agent, server.issuer))?.checkedAt !== server.checkedAt) await servers.save(agent, server);
  }

  async function usable(agent: Origin, server: KnownServer, taken: Taken): Promise<Armed | undefined> {
    const armed = await arming.get(agent, server.issuer);
    if (!armed || armed.algorithm !== algorithmFor(server, await policies.of(agent), taken)) return undefined;
    return (await keys.get(armed.thumbprint)) ? { ...armed, taken } : undefined;
  }

  /** @param expects whether the sign-in that a document has set out to is still to come */
  async function renew(agent: Origin, server: KnownServer, taken: Taken, expects = true): Promise<Armed | undefined> {
    const algorithm = algorithmFor(server, await policies.of(agent), taken);
    if (!algorithm) return undefined;
    const before = await arming.get(agent, server.issuer);
    if (!before) await quota.forServer(agent);
    const { thumbprint } = await keys.create(algorithm);
    const signIns = before?.signIns ?? NO_SIGN_INS;
    const expectedAt = expects ? before?.expectedAt : undefined;
    const armed = { agent, issuer: server.issuer, thumbprint, algorithm, taken, signIns, expectedAt };
    await arming.save(armed);
    return armed;
  }

  /** Where the server is the one that is meant by its authorization endpoint: another can name that as its own. */
  async function nameKey(armed: Armed, server: KnownServer): Promise<void> {
    const { issuer, authorizationEndpoint: endpoint } = server;
    if (!endpoint || isPattern(endpoint)) return;
    const meant = isSameOrigin(issuer, endpoint)
      ? server
      : await meantAt('authorizationEndpoint', endpoint, armed.agent, 'discovered');
    if (meant === 'disputed') await rules.nameNone(armed.agent, endpoint);
    else if (meant?.issuer === issuer) {
      await rules.nameKey(armed.agent, endpoint, armed.thumbprint, await signInsOfHost(armed));
    }
  }

  /** Rules know hosts and no ports: what they stand for is known of all agents of the host. */
  async function signInsOfHost({ agent, issuer, signIns }: Armed): Promise<SignIns> {
    const { hostname } = new URL(agent);
    const neighbours = (await arming.list()).filter(
      (other) => other.agent !== agent && other.issuer === issuer && new URL(other.agent).hostname === hostname,
    );
    return together([...neighbours.map((neighbour) => neighbour.signIns), signIns]);
  }

  async function remember(
    { agent, issuer, thumbprint }: Pick<Authorization, 'agent' | 'issuer' | 'thumbprint'>,
    request: AuthorizationRequest,
  ): Promise<void> {
    const { codeChallenge: given, codeChallengeMethod, clientId, resource, scope } = request;
    if (!given) return;
    await quota.forSignIn(agent);
    // A plain challenge is the verifier itself (RFC 7636 §4.2), and a verifier is not kept.
    const challenge = codeChallengeMethod === 'S256' ? given : await codeChallenge(given);
    await arming.saveAuthorization({
      codeChallenge: challenge,
      agent,
      issuer,
      thumbprint,
      clientId,
      resource,
      scope,
      at: now(),
    });
  }

  return {
    arm,
    armAgain,
    know,
    signedIn,
    isOfMcp,
    canBind,
    isArmedBy,
    authorized,
    takeForPushed,
    takeUnlessSeen,
    authorizationOf,
  };
}

export type Arming = ReturnType<typeof createArming>;

/** Whether a request is one of the MCP sign-ins that the rules name a key for. */
function isAmong({ resources, clients }: SignIns, request: URLSearchParams): boolean {
  const isOfResource = (url: string) =>
    resources.length > 0 ? resources.some((origin) => url.startsWith(origin)) : url.startsWith('http');
  return request.getAll('resource').some(isOfResource) || clients.includes(request.get('client_id') ?? '');
}

/** Whether the rules of one agent reach the requests of another: the same host at another port, or a host below it. */
function sharesRules(armed: Origin, agent: Origin): boolean {
  const [above, below] = [new URL(armed).hostname, new URL(agent).hostname];
  return below === above || below.endsWith(`.${above}`);
}

/** `*`, `^` and `|` are patterns in a filter (declarativeNetRequest). */
const isPattern = (endpoint: string): boolean => /[*^|]/.test(endpoint);
