import type { PageRequest, ReplyTo } from '../../messages/page.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import { MOST_UNBOUND } from '../../model/quotas.ts';
import { type Issuer, type Resource, resourceOf } from '../../model/server.ts';
import type { ExposedReason } from '../../model/session.ts';
import { isUnbound, newSessionId, type UnboundSession } from '../../model/session.ts';
import { isSameResource } from '../../protocol/mcp/resource.ts';
import { readTokenRequest, type TokenRequest } from '../../protocol/oauth/token-request.ts';
import { isDpop } from '../../protocol/oauth/token-response.ts';
import { createKeyedLock } from '../../structures/keyed-lock.ts';
import { oauthError, PASS_AND_REPORT } from '../page-answer.ts';
import type { Ports, Refusal } from '../ports.ts';
import type { Servers } from '../sign-in/server-discovery.ts';
import { expiryOf, scopesOf } from '../tokens/token-facts.ts';

/** What is known of a plain bearer token: never the token. */
export interface Exposed {
  readonly agent: Origin;
  readonly reason: ExposedReason;
  /** The servers that Holdfast was not allowed. */
  readonly wanted?: readonly Origin[] | undefined;
  readonly resource?: Resource | undefined;
  readonly issuer?: Issuer | undefined;
  readonly clientId?: string | undefined;
  readonly scope?: string | undefined;
  /** Seconds. */
  readonly expiresIn?: number | undefined;
}

type Report = Extract<PageRequest, { kind: 'exposed' }>;

type ExposurePorts = Pick<Ports, 'sessions' | 'access' | 'memory' | 'policies' | 'record' | 'now' | 'random'>;

/** Plain bearer tokens: seen and shown, or kept from the page where its site's policy refuses them. */
export function createExposure(
  { sessions, access, memory, policies, record, now, random }: ExposurePorts,
  servers: Servers,
) {
  const serial = createKeyedLock();

  /** Notes an unbound session: one for each agent, resource and client. Above the maximum, the oldest are removed. */
  async function note(found: Exposed, state: UnboundSession['state'] = 'exposed'): Promise<void> {
    await serial(found.agent, () => write(found, state));
  }

  async function write(found: Exposed, state: UnboundSession['state']): Promise<void> {
    const { agent, reason, wanted, resource, issuer, clientId, scope } = found;
    const listed = (await sessions.list()).filter(isUnbound).filter((session) => session.agent === agent);
    const before = listed.find(
      (session) => isSameResource(session.resource, resource) && session.clientId === clientId,
    );
    const others = listed.filter((session) => session !== before).sort((a, b) => b.issuedAt - a.issuedAt);
    for (const { id } of others.slice(MOST_UNBOUND - 1)) await sessions.remove(id);
    const grant = {
      id: before?.id ?? newSessionId(random),
      agent,
      resource,
      issuer,
      clientId,
      scopes: scopesOf(scope),
      issuedAt: now(),
      expiresAt: expiryOf(found, now()),
    };
    await sessions.save(
      state === 'ownKey' ? { ...grant, state } : { ...grant, state, reason, ...(wanted && { wanted }) },
    );
    const line = { at: now(), agent, session: grant.id, server: resource && originOf(resource) };
    if (state === 'ownKey') record({ ...line, kind: state });
    else record({ ...line, kind: state === 'refused' ? 'refusedBearer' : 'exposed', code: reason });
  }

  /** A token request that Holdfast cannot bind: it goes on as the page made it, or not at all. */
  async function letGo(url: string, asked: TokenRequest, agent: Origin): Promise<ReplyTo<'form'>> {
    if (!(await policies.of(agent)).refuseBearer) return PASS_AND_REPORT;
    return refuse({ ...detailsOf(asked), agent, ...(await whyOf(url, asked, agent)) }, originOf(url));
  }

  /** The page's answer in place of a bearer token. */
  async function refuse(found: Exposed, server: string): Promise<ReplyTo<'form'>> {
    await note(found, 'refused');
    return oauthError(
      'access_denied',
      `${server} gives a plain bearer token, and Holdfast refuses those on this site.`,
    );
  }

  /** The page says that it got a token by itself: a bearer token, or one that is bound to a key of its own. */
  async function fromPage({ url, body, type, scope, expiresIn }: Report, agent: Origin): Promise<void> {
    const asked = readTokenRequest(new URLSearchParams(body), undefined);
    const details = detailsOf(asked);
    const why = await whyOf(url, asked, agent);
    const found = { ...details, agent, ...why, scope: scope ?? details.scope, expiresIn };
    await note(found, isDpop(type ?? '') ? 'ownKey' : 'exposed');
  }

  /** Why this token is none that Holdfast binds. A code that was spent without Holdfast ends a sign-in. */
  async function whyOf(url: string, asked: TokenRequest, agent: Origin): Promise<Pick<Exposed, 'reason' | 'wanted'>> {
    const resource = resourceOf(asked.resource);
    const needed = [url, ...(resource ? [resource] : [])].map((server) => originOf(server));
    const refusal = await access.refusal(agent, needed);
    if (asked.grantType !== 'refresh_token') await access.signedIn(agent);
    const reason = await reasonFor(url, asked, agent, refusal);
    return reason === refusal?.reason ? { reason, wanted: refusal.origins } : { reason };
  }

  async function reasonFor(
    tokenEndpoint: string,
    asked: TokenRequest,
    agent: Origin,
    refusal: Refusal | undefined,
  ): Promise<ExposedReason> {
    const server = await servers.meantAt('tokenEndpoint', tokenEndpoint, agent, 'discovered');
    if (server === 'disputed') return 'disputed';
    const isPlain = server ? server.dpopSigningAlgorithms.length === 0 : await memory.isPlain(agent, tokenEndpoint);
    if (isPlain) return 'no_dpop';
    const origin = originOf(tokenEndpoint);
    const { servers: allowed } = await policies.of(agent);
    if (allowed && !allowed.includes(origin)) return 'not_allowed';
    if (refusal) return refusal.reason;
    if (asked.grantType === 'refresh_token') return 'not_ours';
    if (!server) return 'unverified';
    return asked.grantType === undefined || asked.resource !== undefined ? 'not_ours' : 'own_login';
  }

  return { note, letGo, refuse, fromPage };
}

export type Exposure = ReturnType<typeof createExposure>;

function detailsOf({ clientId, resource, scope }: TokenRequest) {
  return { clientId, resource: resourceOf(resource), scope };
}
