import { oauthError } from '../../messages/oauth-error.ts';
import type { ReplyTo } from '../../messages/page.ts';
import { failureOf, lineOf } from '../../model/activity.ts';
import { type Destination, toRevocation, toSignIn } from '../../model/destination.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import { holderOf, holdsBearer } from '../../model/policy.ts';
import type { Scheme } from '../../model/scheme.ts';
import { isEndpointOf, type KnownServer, type Resource, resourceOf } from '../../model/server.ts';
import { isLive, type LiveSession, newSessionId, type UnboundReason } from '../../model/session.ts';
import type { Authorization } from '../../model/sign-in.ts';
import { tokensOf } from '../../model/tokens.ts';
import type { ProofKey } from '../../protocol/dpop/key.ts';
import { codeOf } from '../../protocol/error.ts';
import { isSameResource } from '../../protocol/mcp/resource.ts';
import type { TokenRequest } from '../../protocol/oauth/token-request.ts';
import { isBoundTo, isDpop, readTokenResponse } from '../../protocol/oauth/token-response.ts';
import { createKeyedLock } from '../../structures/keyed-lock.ts';
import type { Exposure } from '../exposed/exposure.ts';
import { dropKey } from '../lifecycle/needed-keys.ts';
import { makeRoom } from '../lifecycle/session-quota.ts';
import { admits, LOCKED, refusal, tokenAnswer, UNREACHABLE, verbatim } from '../page-answer.ts';
import type { Caller, Ports } from '../ports.ts';
import { unkept } from '../storage-failure-answer.ts';
import { digests, newHandles } from '../tokens/handles.ts';
import type { PageForm } from '../tokens/page-form.ts';
import type { Revocation } from '../tokens/revocation.ts';
import { FORM, forwarded, type TokenEndpoint } from '../tokens/token-endpoint.ts';
import { accountOf, expiryOf, LOST, STRANGELY_BOUND, scopesOf } from '../tokens/token-facts.ts';
import { whyNone } from './algorithms.ts';
import type { Arming } from './arming.ts';
import { ifUnverified, type Servers } from './server-discovery.ts';
import { createSignInBreaker } from './sign-in-breaker.ts';

interface Parts {
  readonly servers: Servers;
  readonly arming: Arming;
  readonly exposure: Exposure;
  readonly endpoint: TokenEndpoint;
  readonly revoke: Revocation['revoke'];
}

/** What is needed to send a token request in the agent's name. */
interface Redemption {
  readonly server: KnownServer;
  readonly to: Destination;
  /** Undefined where the server can bind nothing: then its tokens are to be held. */
  readonly key: ProofKey | undefined;
  readonly resource: Resource | undefined;
  readonly authorization: Authorization | undefined;
  /** Why there is no key, where that is more than a server that knows no DPoP. */
  readonly unbound: UnboundReason | undefined;
}

/** Token requests that begin a session: the tokens that come back stay here, bound to a key where the server can. */
export function createExchange(ports: Ports, { servers, arming, exposure, endpoint, revoke }: Parts) {
  const { keys, sessions, access, policies, lock, record, failed, now, random } = ports;
  const serial = createKeyedLock();
  const breaker = createSignInBreaker(ports);

  async function exchange(page: PageForm, asked: TokenRequest, caller: Caller): Promise<ReplyTo<'form'>> {
    // A refresh token of the page's own: binding it now would not bind the grant.
    if (asked.grantType === 'refresh_token') return exposure.letGo(page.url, asked, caller.agent);
    const authorization = asked.codeVerifier && (await arming.authorizationOf(caller.agent, asked.codeVerifier));
    if (!authorization) return begin(page, asked, caller, undefined);
    return serial(authorization.codeChallenge, async () => {
      const current = (await ports.arming.authorization(authorization.codeChallenge)) ?? authorization;
      return (await repeated(current)) ?? begin(page, asked, caller, current);
    });
  }

  async function begin(
    page: PageForm,
    asked: TokenRequest,
    caller: Caller,
    authorization: Authorization | undefined,
  ): Promise<ReplyTo<'form'>> {
    const server = await serverOf(page.url, asked, caller, authorization);
    const to = server && toSignIn(server, 'tokenEndpoint', page.url);
    if (!server || !to || !(authorization || (await isOurs(page, asked, server, caller)))) {
      return exposure.letGo(page.url, asked, caller.agent);
    }
    const wanted = asked.resource ?? authorization?.resource;
    const resource = wanted === undefined ? await servers.resourceAt(server, caller) : resourceOf(wanted);
    const purpose = {
      kind: 'signIn',
      issuer: originOf(server.issuer),
      resource: resource && originOf(resource),
    } as const;
    if (!(await access.ensure(caller.agent, [originOf(page.url)], purpose))) {
      return exposure.letGo(page.url, asked, caller.agent);
    }
    if (asked.resources.some((other) => !isSameResource(other, asked.resource))) {
      return oauthError('invalid_target', 'A session is for one resource. Ask for a token for each.');
    }
    if (authorization?.resource && asked.resource && !isSameResource(authorization.resource, asked.resource)) {
      return oauthError(
        'invalid_target',
        `This sign-in is for ${authorization.resource}. Sign in for ${asked.resource}.`,
      );
    }
    if (resource && isEndpointOf(server, resource)) {
      return oauthError('invalid_target', 'An endpoint of the authorization server is no MCP server.');
    }
    if (breaker.isOpen(loopOf(page, caller, resource))) {
      const origin = originOf(page.url);
      const what = `The agent signs in at ${origin} again and again, and what it gets is not taken.`;
      return oauthError('temporarily_unavailable', `${what} Try again in half a minute.`);
    }
    const named = authorization?.thumbprint;
    const key = authorization
      ? named && (await keys.get(named))
      : await arming.takeUnlessSeen(caller.agent, server, resource, asked.codeVerifier);
    if (key === 'seen') return exchange(page, asked, caller);
    if (!key && named) return oauthError('invalid_grant', LOST);
    if (!key && !holdsBearer(await policies.of(caller.agent))) return exposure.letGo(page.url, asked, caller.agent);

    if (resource) await access.ensure(caller.agent, [originOf(resource)], purpose);
    if (key) await servers.learnClock(page.url, caller.agent, async () => server);
    // Before the code is spent: its tokens must not be lost to a server that does not answer.
    const said = key ? undefined : await servers.resourceNamed(resource, caller.agent);
    const unbound = key ? undefined : whyNone(server, await policies.of(caller.agent), said);
    const send = () => redeem(page, asked, caller, { server, to, key, resource, authorization, unbound });
    const reply = await lock.open(caller.agent, send);
    // A key that was taken for this request alone, which came to nothing.
    if (key && !authorization) await dropKey(ports, key.thumbprint);
    void makeRoom(ports, caller.agent, revoke).catch((error) => failed(error, caller.agent));
    return reply ?? LOCKED; // the code is not spent
  }

  /**
   * Whether a sign-in that has named no key is one of Holdfast's. What cannot be bound has to name its resource, or its agent
   * has found the server as that of a resource; and a page with a DPoP key of its own does better by itself.
   */
  async function isOurs(page: PageForm, asked: TokenRequest, server: KnownServer, caller: Caller): Promise<boolean> {
    if (await arming.canBind(caller.agent, server, asked.resource)) return arming.isOfMcp(asked, server, caller);
    if (speaks(page) === 'DPoP' || !holdsBearer(await policies.of(caller.agent))) return false;
    return resourceOf(asked.resource) !== undefined || servers.isOfMcp(server, caller);
  }

  async function redeem(
    page: PageForm,
    asked: TokenRequest,
    caller: Caller,
    { server, to, key, resource, authorization, unbound }: Redemption,
  ): Promise<ReplyTo<'form'>> {
    const policy = await policies.of(caller.agent); // while the code is not spent yet
    const reply = await endpoint.send(to, caller.agent, forwarded(page.headers, to, server), page.form, key);
    if (!reply || !admits(reply, caller.agent)) return UNREACHABLE;
    const id = newSessionId(random);
    const origin = originOf(page.url);
    if (await breaker.signedIn(loopOf(page, caller, resource), id)) {
      record({ at: now(), kind: 'denied', agent: caller.agent, server: origin, code: 'breaker_open' });
    }
    if (reply.status !== 200) {
      const refused = reply.isSoundProofRefused ? 'sound_proof_refused' : unbound;
      if (authorization && refused) {
        await ports.arming
          .saveAuthorization({ ...authorization, refused })
          .catch((error) => failed(error, caller.agent));
      }
      return refusal(reply);
    }
    const response = readTokenResponse(reply.body);
    const clientId = asked.clientId ?? authorization?.clientId;
    const scope = response.scope ?? asked.scope ?? authorization?.scope;
    const grant = { agent: caller.agent, resource, issuer: server.issuer, clientId, scope };
    const account = accountOf(response, clientId);
    const isBound = key !== undefined && isBoundTo(key.thumbprint, response);
    // What the person has let the page hold is what the resource's own server gives for it.
    const isInPage =
      holderOf(policy, resource) === 'page' &&
      (!policy.custody ||
        (resource !== undefined && (await servers.isTrustedBy(resource, server.issuer, caller.agent))));
    if (!isBound && (isInPage || !holdsBearer(policy))) {
      const reason = holdsBearer(policy) ? 'handed_over' : key ? 'bearer_answer' : (unbound ?? 'no_dpop');
      const found = { ...grant, ...account, expiresIn: response.expiresIn, reason } as const;
      if (policy.bearer === 'refuse') {
        await revoked(server, caller.agent, clientId, response.refreshToken ?? response.accessToken);
        return exposure.refuse(found, origin);
      }
      // The page has its token whether that can be noted or not.
      await exposure.note(found).catch((error) => failed(error, caller.agent));
      return verbatim(reply);
    }
    if (!isBound && isDpop(response.tokenType)) return oauthError('server_error', STRANGELY_BOUND);
    const tokens = tokensOf(response);
    const begun = {
      id,
      agent: caller.agent,
      resource,
      issuer: server.issuer,
      tokenEndpoint: page.url,
      clientId,
      scopes: scopesOf(scope),
      issuedAt: now(),
      expiresAt: expiryOf(response, now()),
      ...account,
    };
    const session: LiveSession = isBound
      ? {
          ...begun,
          state: 'bound',
          binding: { thumbprint: key.thumbprint, algorithm: key.algorithm, codeBound: authorization !== undefined },
          handles: isInPage && page.readsTokens ? await digests(tokens) : newHandles(tokens, random),
          speaks: speaks(page),
        }
      : {
          ...begun,
          state: 'held',
          ...(unbound && { reason: unbound }),
          handles: newHandles(tokens, random),
          speaks: 'Bearer',
        };
    try {
      await sessions.save(session, tokens, authorization?.codeChallenge);
    } catch (error) {
      failed(error, caller.agent);
      await revoked(server, caller.agent, clientId, response.refreshToken ?? response.accessToken);
      return unkept(codeOf(error));
    }
    await exposure.replaced(session).catch((error) => failed(error, caller.agent));
    const line = lineOf(session, now(), page.url);
    record(isBound ? { ...line, kind: 'exchanged' } : { ...line, kind: 'held', code: unbound });
    await arming.signedIn(caller.agent, server, session).catch((error) => failed(error, caller.agent));
    return tokenAnswer(session, response);
  }

  /** The reply to a request that was answered before, but whose reply may not have reached the page. */
  async function repeated({ session: id }: Authorization): Promise<ReplyTo<'form'> | undefined> {
    const session = id && (await sessions.get(id));
    if (!session || !isLive(session) || session.state === 'given') return undefined;
    const opened = await lock.open(session.agent, async () => ({ tokens: await sessions.tokens(session.id) }));
    if (!opened) return LOCKED;
    const { tokens } = opened;
    if (!tokens) return undefined;
    const expiresIn = session.expiresAt && Math.floor((session.expiresAt - now()) / 1000);
    return tokenAnswer(session, {
      ...tokens,
      tokenType: session.speaks,
      expiresIn,
      scope: session.scopes.join(' '),
      others: {},
    });
  }

  /** Revokes a token that ends in no session (RFC 7009), whatever the server answers. */
  async function revoked(
    server: KnownServer,
    agent: Origin,
    clientId: string | undefined,
    token: string,
  ): Promise<void> {
    const to = toRevocation(server);
    if (!to) return;
    const form = new URLSearchParams({ token, ...(clientId !== undefined && { client_id: clientId }) });
    await ports.network.post(to, agent, FORM, form.toString()).catch((error) => {
      const code = codeOf(error);
      record({ at: now(), kind: failureOf(undefined, code), agent, server: originOf(to), code });
    });
  }

  async function serverOf(
    url: string,
    asked: TokenRequest,
    caller: Caller,
    authorization: Authorization | undefined,
  ): Promise<KnownServer | undefined> {
    const meant = await servers.meantAt('tokenEndpoint', url, caller.agent, { issuer: authorization?.issuer });
    const known = meant === 'disputed' ? undefined : meant;
    if (known || authorization) return known;
    const resource = resourceOf(asked.resource);
    const holds = holdsBearer(await policies.of(caller.agent));
    if (resource ? !holds && (await ports.memory.isPlain(caller.agent, url)) : !holds) return undefined;
    // Metadata that cannot be had, or a person who declines, leaves the agent as it is without Holdfast.
    const found = resource ? servers.byResource(resource, url, caller) : servers.withoutMetadata(url, caller);
    return found.catch(ifUnverified);
  }

  return { exchange };
}

/** How the page's client presents itself. */
const speaks = ({ headers }: PageForm): Scheme =>
  headers.some(([name]) => name.toLowerCase() === 'dpop') ? 'DPoP' : 'Bearer';

const loopOf = ({ url }: PageForm, { agent }: Caller, resource: string | undefined): string =>
  [agent, url, resource].join(' ');
