import { oauthError } from '../../messages/oauth-error.ts';
import type { PageRequest, ReplyTo } from '../../messages/page.ts';
import { lineOf } from '../../model/activity.ts';
import { isHandedOver } from '../../model/handed-over.ts';
import { isSameOrigin, type Origin, originOf } from '../../model/origin.ts';
import { holdsBearer, type Policy } from '../../model/policy.ts';
import { MOST_UNBOUND } from '../../model/quotas.ts';
import { type Issuer, type Resource, resourceOf } from '../../model/server.ts';
import type { ExposedReason } from '../../model/session.ts';
import { isUnbound, type LiveSession, newSessionId, type UnboundSession } from '../../model/session.ts';
import { isSameResource } from '../../protocol/mcp/resource.ts';
import { readForm, readTokenRequest, type TokenRequest } from '../../protocol/oauth/token-request.ts';
import { isDpop } from '../../protocol/oauth/token-response.ts';
import { createKeyedLock } from '../../structures/keyed-lock.ts';
import { PASS_AND_REPORT } from '../page-answer.ts';
import type { Ports, Refusal } from '../ports.ts';
import { whyNone } from '../sign-in/algorithms.ts';
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
  /** Whose it is by the word of its server, where Holdfast has heard that. */
  readonly account?: string;
  /** Seconds. */
  readonly expiresIn?: number | undefined;
}

/** Why it is exposed, and what is known of its sign-in beside what its request says. */
type Why = Pick<Exposed, 'reason' | 'wanted' | 'resource' | 'issuer'>;

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
    const { agent, reason, wanted, resource, issuer, clientId, scope, account } = found;
    const listed = (await sessions.list()).filter(isUnbound).filter((session) => session.agent === agent);
    const before = listed.find(
      (session) => isSameResource(session.resource, resource) && (session.clientId === clientId || isGuess(session)),
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
      ...(account !== undefined && { account }),
    };
    const line = { at: now(), agent, session: grant.id, server: resource && originOf(resource) };
    switch (state) {
      case 'ownKey':
        await sessions.save({ ...grant, state });
        return record({ ...line, kind: 'ownKey' });
      case 'exposed':
        await sessions.save({ ...grant, state, reason, ...(wanted && { wanted }) });
        return record({ ...line, kind: 'exposed', code: reason });
      case 'refused':
        await sessions.save({ ...grant, state, reason });
        return record({ ...line, kind: 'refusedBearer', code: reason });
    }
  }

  /** A token request that Holdfast neither binds nor holds: it goes on as the page made it, or not at all. */
  async function letGo(url: string, asked: TokenRequest, agent: Origin): Promise<ReplyTo<'form'>> {
    if ((await policies.of(agent)).bearer !== 'refuse') return PASS_AND_REPORT;
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
    const asked = readTokenRequest(readForm(body), undefined);
    const details = detailsOf(asked);
    const why = await whyOf(url, asked, agent);
    const found = { ...details, agent, ...why, scope: scope ?? details.scope, expiresIn };
    await note(found, isDpop(type ?? '') ? 'ownKey' : 'exposed');
  }

  /** Why this token is none that Holdfast binds. A code that was spent without Holdfast ends a sign-in. */
  async function whyOf(url: string, asked: TokenRequest, agent: Origin): Promise<Why> {
    const resource = resourceOf(asked.resource);
    const needed = [url, ...(resource ? [resource] : [])].map((server) => originOf(server));
    const refusal = await access.refusal(agent, needed);
    if (asked.grantType !== 'refresh_token') await access.signedIn(agent);
    const reason = await reasonFor(url, asked, agent, refusal);
    const before = reason === 'not_ours' ? await signedInAs(asked, agent) : undefined;
    if (before) return before;
    return reason === refusal?.reason ? { reason, wanted: refusal.origins } : { reason };
  }

  /** A refresh changes nothing of why its session is exposed, where Holdfast saw that begin. */
  async function signedInAs({ grantType, clientId, resource }: TokenRequest, agent: Origin): Promise<Why | undefined> {
    if (grantType !== 'refresh_token') return undefined;
    const rows = (await rowsOf(agent, clientId)).filter(
      (row) => !isGuess(row) && (resource === undefined || isSameResource(row.resource, resource)),
    );
    const before = rows.toSorted((one, other) => one.issuedAt - other.issuedAt).at(-1);
    if (!before || before.state === 'ownKey') return undefined;
    return { reason: before.reason, resource: before.resource, issuer: before.issuer };
  }

  async function reasonFor(
    tokenEndpoint: string,
    asked: TokenRequest,
    agent: Origin,
    refusal: Refusal | undefined,
  ): Promise<ExposedReason> {
    const server = await servers.meantAt('tokenEndpoint', tokenEndpoint, agent, 'discovered');
    if (server === 'disputed') return 'disputed';
    const policy = await policies.of(agent);
    if (policy.bearer === 'hold' && isHandedOver(policy, resourceOf(asked.resource))) return 'handed_over';
    const isPlain = server ? server.dpopSigningAlgorithms.length === 0 : await memory.isPlain(agent, tokenEndpoint);
    const said = await demandsOf(asked.resource, agent, policy);
    const isMisnamed = !server && (await memory.isMisnamed(agent, tokenEndpoint));
    const unbound = server && whyNone(server, policy, said);
    // Its tokens would be held, had the person allowed it.
    if (isPlain && !((refusal || isMisnamed) && holdsBearer(policy))) return unbound ?? 'no_dpop';
    if (policy.servers && !policy.servers.includes(originOf(tokenEndpoint))) return 'not_allowed';
    if (refusal) return refusal.reason;
    if (unbound) return unbound;
    if (isMisnamed) return 'issuer_mismatch';
    if (asked.grantType === 'refresh_token') return 'not_ours';
    if (!server) return 'unverified';
    return asked.grantType === undefined || asked.resource !== undefined ? 'not_ours' : 'own_login';
  }

  /** What the resource says of DPoP. Where tokens are the page's to hold, no request is made beside those of the page. */
  async function demandsOf(resource: string | undefined, agent: Origin, { bearer }: Policy) {
    return bearer === 'expose' ? undefined : servers.resourceNamed(resource, agent);
  }

  /**
   * The page gives a token of its own back (RFC 7009 §2.1): it signs out, whatever the server says to that. An introspection
   * (RFC 7662 §2.1) has the same members, and Holdfast does not know every server's metadata.
   */
  async function givenBack(url: string, { clientId }: TokenRequest, agent: Origin): Promise<void> {
    if (clientId === undefined || /introspect/i.test(url)) return;
    await serial(agent, async () => {
      for (const row of await rowsOf(agent, clientId)) {
        if (row.issuer !== undefined && !isSameOrigin(row.issuer, url)) continue;
        await sessions.remove(row.id);
        record({ ...lineOf(row, now(), url), kind: 'revoked' });
      }
    });
  }

  /** The same client has signed in again, and Holdfast has its tokens now. */
  async function replaced({ agent, resource, clientId }: LiveSession): Promise<void> {
    await serial(agent, async () => {
      const rows = (await rowsOf(agent, clientId)).filter((row) => isSameResource(row.resource, resource));
      for (const { id } of rows) await sessions.remove(id);
    });
  }

  async function rowsOf(agent: Origin, clientId: string | undefined): Promise<UnboundSession[]> {
    const rows = (await sessions.list()).filter(isUnbound);
    return rows.filter((row) => row.agent === agent && clientId !== undefined && row.clientId === clientId);
  }

  return { note, letGo, refuse, fromPage, givenBack, replaced };
}

/** What was taken for a typed key. A token request tells better. */
const isGuess = (session: UnboundSession): boolean => session.state === 'exposed' && session.reason === 'typed';

export type Exposure = ReturnType<typeof createExposure>;

function detailsOf({ clientId, resource, scope }: TokenRequest) {
  return { clientId, resource: resourceOf(resource), scope };
}
