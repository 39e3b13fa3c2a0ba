import { oauthError } from '../../messages/oauth-error.ts';
import type { ReplyTo } from '../../messages/page.ts';
import { lineOf } from '../../model/activity.ts';
import { type Destination, toIssuer } from '../../model/destination.ts';
import { isHandedOver } from '../../model/handed-over.ts';
import { isRefreshHandle, type RefreshHandle, type TokenDigest } from '../../model/handle.ts';
import { REFRESH_SHARED_MS } from '../../model/lifetimes.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import { holderOf } from '../../model/policy.ts';
import { MOST_COUNTED, REFRESHES } from '../../model/quotas.ts';
import { type BoundSession, type Handles, isLive, type LiveSession, type SessionId } from '../../model/session.ts';
import { type Tokens, tokensOf } from '../../model/tokens.ts';
import { codeOf } from '../../protocol/error.ts';
import { isSameResource } from '../../protocol/mcp/resource.ts';
import { refreshWith, type TokenRequest } from '../../protocol/oauth/token-request.ts';
import { isBoundTo, isDpop, readOAuthError, readTokenResponse } from '../../protocol/oauth/token-response.ts';
import { createSharedRuns } from '../../structures/shared-runs.ts';
import type { Exposure } from '../exposed/exposure.ts';
import { end, handOver } from '../lifecycle/end.ts';
import type { LiveSessions } from '../lifecycle/live-session.ts';
import { secretsOf } from '../lifecycle/secrets.ts';
import { admits, LOCKED, PASS_AND_REPORT, refusal, tokenAnswer, UNREACHABLE } from '../page-answer.ts';
import type { Caller, Ports } from '../ports.ts';
import type { Servers } from '../sign-in/server-discovery.ts';
import { concealed } from './conceal.ts';
import { digests, newHandles } from './handles.ts';
import type { PageForm } from './page-form.ts';
import { createRateLimit } from './rate-limit.ts';
import { forwarded, type TokenEndpoint } from './token-endpoint.ts';
import { accountOf, expiryOf, LOST, STRANGELY_BOUND, scopesOf, UNBOUND } from './token-facts.ts';

interface Parts {
  readonly live: LiveSessions;
  readonly servers: Servers;
  readonly exposure: Exposure;
  readonly endpoint: TokenEndpoint;
  /** A session's key or its tokens are gone. */
  readonly endLost: (session: LiveSession) => Promise<void>;
}

/** Refreshing a session with the real refresh token, which only the background knows. */
export function createRefresh(ports: Ports, { live, servers, exposure, endpoint, endLost }: Parts) {
  const { sessions, access, policies, rules, record, failed, now, random } = ports;
  const shared = createSharedRuns<Caller, ReplyTo<'form'>>(now, {
    forMs: REFRESH_SHARED_MS,
    most: MOST_COUNTED,
    lasts: (reply) => reply.kind === 'answer' && reply.status === 200,
  });
  const limit = createRateLimit<SessionId>(now, REFRESHES);

  /**
   * One refresh at a time for each session: tabs and frames that ask for the same meanwhile get the same answer. So does,
   * once, a document whose request left with the old token, and was refused after another document's refresh.
   */
  async function refresh(
    handle: RefreshHandle | TokenDigest,
    page: PageForm,
    asked: TokenRequest,
    caller: Caller,
  ): Promise<ReplyTo<'form'>> {
    if (asked.grantType !== 'refresh_token') {
      return oauthError('unsupported_grant_type', 'A refresh token is spent for a refresh, and for nothing else.');
    }
    const session = await sessions.byHandle(handle);
    if (session && session.agent !== caller.agent) {
      record({
        at: now(),
        kind: 'denied',
        agent: caller.agent,
        server: originOf(page.url),
        code: 'unknown_handle',
      });
      return dead(page, caller.agent);
    }
    if (!session || !isLive(session)) return dead(page, caller.agent);
    const isOld = session.handles.by === 'page' || (session.expiresAt !== undefined && session.expiresAt <= now());
    return shared(`${session.id} ${sorted(page.form)}`, caller, isOld, async () => {
      const rate = limit.take(session.id);
      if (rate === 'ok') return reached(session, page, asked);
      if (rate === 'over') record({ ...lineOf(session, now(), page.url), kind: 'denied', code: 'breaker_open' });
      return oauthError('temporarily_unavailable', 'This session was refreshed too often. Try again in a minute.');
    });
  }

  /** The server is the session's own, and the person and the policy allow it still: where not, nothing is lost. */
  async function reached(session: LiveSession, page: PageForm, asked: TokenRequest): Promise<ReplyTo<'form'>> {
    const { agent, issuer, resource } = session;
    const to = await endpointOf(session, page.url);
    if (!to) return exposure.letGo(page.url, asked, agent);
    const origin = originOf(page.url);
    const purpose = {
      kind: 'use',
      issuer: issuer && originOf(issuer),
      resource: resource && originOf(resource),
    } as const;
    if (await access.ensure(agent, [origin], purpose)) {
      if (session.state === 'bound') await servers.learnClock(page.url, agent, () => servers.ofSession(session));
      return unlocked(session, to, page, asked);
    }
    record({ ...lineOf(session, now(), page.url), kind: 'refused', code: 'permission_declined' });
    return oauthError('temporarily_unavailable', `Holdfast has no access to ${origin}. Allow it, then try again.`);
  }

  /** The token endpoint that issued its tokens, or the one that its server has now on that origin. */
  async function endpointOf(session: LiveSession, url: string): Promise<Destination | undefined> {
    const { agent, issuer, tokenEndpoint } = session;
    const known = toIssuer(session, undefined, url);
    if (tokenEndpoint === url) return known;
    if (issuer === undefined || (tokenEndpoint && !known)) return undefined;
    const server = await servers.byIssuer(issuer, url, agent);
    return server && toIssuer(session, server, url);
  }

  async function unlocked(
    session: LiveSession,
    to: Destination,
    page: PageForm,
    asked: TokenRequest,
  ): Promise<ReplyTo<'form'>> {
    const reply = await live.unlockedInTurn(session, (current) => begin(current, to, page, asked));
    if (reply === 'locked') return LOCKED;
    return reply === 'over' ? dead(page, session.agent) : reply;
  }

  async function begin(
    session: LiveSession,
    to: Destination,
    page: PageForm,
    asked: TokenRequest,
  ): Promise<ReplyTo<'form'>> {
    const other = asked.resources.find((resource) => !isSameResource(resource, session.resource));
    if (other !== undefined && session.resource !== undefined) {
      return oauthError('invalid_target', `This session is for ${session.resource}. Sign in for ${other}.`);
    }
    const secrets = await secretsOf(ports, session);
    if (session.state === 'bound' && session.retiring) {
      await end(ports, session, { state: 'expired' });
      return oauthError('invalid_grant', 'The key of this session was retired. Sign in again.');
    }
    if (!secrets?.tokens.refreshToken) {
      await endLost(session);
      return oauthError('invalid_grant', LOST);
    }
    const { key, tokens } = secrets;
    // As the policy is now; the document keeps the wrapper that it was loaded with, and has to know its tokens again.
    const policy = await policies.of(session.agent);
    const isInPage = holderOf(policy, session.resource) === 'page' && page.readsTokens;
    const form = refreshWith(secrets.tokens.refreshToken, page.form);
    const headers = forwarded(page.headers, to, await servers.ofSession(session));
    const reply = await endpoint.send(to, session.agent, headers, form, key, session.id);
    ports.usage.refreshed(session.id, reply !== undefined && reply.status < 500, originOf(to));
    if (reply?.isSoundProofRefused) ports.usage.proofRefused(session.id, originOf(to));
    if (!reply || (!admits(reply, session.agent) && reply.status !== 200)) return UNREACHABLE;
    if (reply.status !== 200) {
      if (readOAuthError(reply.body)?.error === 'invalid_grant') await end(ports, session, { state: 'expired' });
      return refusal(reply, concealed(session, tokens));
    }
    const response = readTokenResponse(reply.body);
    if (key ? !isBoundTo(key.thumbprint, response) : isDpop(response.tokenType)) {
      await end(ports, session, { state: 'expired' });
      return oauthError('invalid_grant', key ? UNBOUND : STRANGELY_BOUND);
    }
    const given = tokensOf(response);
    const renewed = given.refreshToken === undefined ? { ...tokens, accessToken: given.accessToken } : given;
    const news = {
      tokenEndpoint: page.url,
      expiresAt: expiryOf(response, now()),
      ...accountOf(response, session.clientId, tokens),
      ...(response.scope !== undefined && { scopes: scopesOf(response.scope) }),
    };
    const isAdmitted = admits(reply, session.agent);
    if (
      session.state === 'held' &&
      isAdmitted &&
      policy.bearer !== 'refuse' &&
      session.resource !== undefined &&
      isHandedOver(policy, session.resource) &&
      (await servers.isTrustedBy(session.resource, session.issuer, session.agent))
    ) {
      // The page has its tokens whether that can be noted or not.
      await handOver(ports, { ...session, ...news }).catch((error) => failed(error, session.agent));
      return tokenAnswer({ ...session, handles: await digests(renewed) }, { ...response, ...renewed });
    }
    const refreshed: LiveSession =
      session.state === 'bound'
        ? { ...session, ...news, handles: await handlesFor(renewed, session, isInPage) }
        : { ...session, ...news };
    await sessions.save(refreshed, renewed).catch((error) => {
      // The server has taken the old token back: the new one must not be lost while there is any place for it.
      sessions.keepUnsaved(refreshed, renewed);
      record({ ...lineOf(session, now()), kind: 'failed', code: codeOf(error) });
    });
    await rules.renew(session.id, tokens.accessToken, renewed.accessToken);
    record({ ...lineOf(session, now(), page.url), kind: 'refreshed', status: reply.status });
    const old = concealed(session, tokens);
    return isAdmitted ? tokenAnswer(refreshed, { ...response, ...renewed }, old) : UNREACHABLE;
  }

  /** A page keeps its handles from one token to the next, as long as it is Holdfast that keeps the tokens. */
  async function handlesFor(tokens: Tokens, { handles }: BoundSession, isInPage: boolean): Promise<Handles> {
    if (isInPage) return digests(tokens);
    return handles.by === 'page' ? newHandles(tokens, random) : handles;
  }

  /**
   * A refresh without a session. A handle means nothing to any server, and is answered here. A token is the page's own: its
   * answer is reported or, where the site's policy refuses bearer tokens, the request is not sent.
   */
  async function dead({ form }: PageForm, agent: Origin): Promise<ReplyTo<'form'>> {
    const isOurs = isRefreshHandle(form.get('refresh_token') ?? '');
    return isOurs || (await policies.of(agent)).bearer === 'refuse'
      ? oauthError('invalid_grant', 'This session has ended. Sign in again.')
      : PASS_AND_REPORT;
  }

  return { refresh };
}

/** What the members of a form say, whatever their order. */
function sorted(form: URLSearchParams): string {
  const members = new URLSearchParams(form);
  members.sort();
  return members.toString();
}
