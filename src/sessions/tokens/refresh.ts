import type { ReplyTo } from '../../messages/page.ts';
import { lineOf } from '../../model/activity.ts';
import { type Destination, toIssuer } from '../../model/destination.ts';
import { isRefreshHandle, type RefreshHandle, type TokenDigest } from '../../model/handle.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import { REFRESHES } from '../../model/quotas.ts';
import type { BoundSession, Handles, SessionId } from '../../model/session.ts';
import { type Tokens, tokensOf } from '../../model/tokens.ts';
import { codeOf } from '../../protocol/error.ts';
import { isSameResource } from '../../protocol/mcp/resource.ts';
import { refreshWith, type TokenRequest } from '../../protocol/oauth/token-request.ts';
import { isBoundTo, readOAuthError, readTokenResponse } from '../../protocol/oauth/token-response.ts';
import type { Exposure } from '../exposed/exposure.ts';
import type { BoundSessions } from '../lifecycle/bound-session.ts';
import { end, endWithoutKey } from '../lifecycle/end.ts';
import { admits, LOCKED, oauthError, PASS_AND_REPORT, refusal, tokenAnswer, UNREACHABLE } from '../page-answer.ts';
import type { Caller, Ports } from '../ports.ts';
import type { Servers } from '../sign-in/server-discovery.ts';
import { concealed } from './conceal.ts';
import { digests, newHandles } from './handles.ts';
import type { PageForm } from './page-form.ts';
import { createRateLimit } from './rate-limit.ts';
import type { TokenEndpoint } from './token-endpoint.ts';
import { expiryOf, LOST, scopesOf } from './token-facts.ts';

interface Parts {
  readonly bound: BoundSessions;
  readonly servers: Servers;
  readonly exposure: Exposure;
  readonly endpoint: TokenEndpoint;
}

/** Refreshing a session with the real refresh token, which only the background knows. */
export function createRefresh(ports: Ports, { bound, servers, exposure, endpoint }: Parts) {
  const { keys, sessions, access, policies, rules, record, now, random } = ports;
  const inFlight = new Map<SessionId, Promise<ReplyTo<'form'>>>();
  const limit = createRateLimit<SessionId>(now, REFRESHES);

  /** One refresh at a time for each session: tabs and frames that ask meanwhile get the same answer. */
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
    if (session?.state !== 'bound') return dead(page, caller.agent);
    const running = inFlight.get(session.id);
    if (running) return running;
    const rate = limit.take(session.id);
    if (rate !== 'ok') {
      if (rate === 'over') record({ ...lineOf(session, now(), page.url), kind: 'denied', code: 'breaker_open' });
      return oauthError('temporarily_unavailable', 'This session was refreshed too often. Try again in a minute.');
    }
    const run = reached(session, page, asked).finally(() => inFlight.delete(session.id));
    inFlight.set(session.id, run);
    return run;
  }

  /** The server is the session's own, and the person and the policy allow it still: where not, nothing is lost. */
  async function reached(session: BoundSession, page: PageForm, asked: TokenRequest): Promise<ReplyTo<'form'>> {
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
      await servers.learnClock(page.url, agent, () => servers.ofSession(session));
      return unlocked(session, to, page, asked);
    }
    record({ ...lineOf(session, now(), page.url), kind: 'refused', code: 'permission_declined' });
    return oauthError('temporarily_unavailable', `Holdfast has no access to ${origin}. Allow it, then try again.`);
  }

  /** The token endpoint that issued its tokens, or the one that its server has now on that origin. */
  async function endpointOf(session: BoundSession, url: string): Promise<Destination | undefined> {
    const { agent, issuer, tokenEndpoint } = session;
    const known = toIssuer(session, undefined, url);
    if (tokenEndpoint === url) return known;
    if (issuer === undefined || (tokenEndpoint && !known)) return undefined;
    const server = await servers.byIssuer(issuer, url, agent);
    return server && toIssuer(session, server, url);
  }

  async function unlocked(
    session: BoundSession,
    to: Destination,
    page: PageForm,
    asked: TokenRequest,
  ): Promise<ReplyTo<'form'>> {
    const reply = await bound.unlockedInTurn(session, (current) => begin(current, to, page, asked));
    if (reply === 'locked') return LOCKED;
    return reply === 'over' ? dead(page, session.agent) : reply;
  }

  async function begin(
    session: BoundSession,
    to: Destination,
    page: PageForm,
    asked: TokenRequest,
  ): Promise<ReplyTo<'form'>> {
    const other = asked.resources.find((resource) => !isSameResource(resource, session.resource));
    if (other !== undefined && session.resource !== undefined) {
      return oauthError('invalid_target', `This session is for ${session.resource}. Sign in for ${other}.`);
    }
    const key = await keys.get(session.binding.thumbprint);
    const tokens = await sessions.tokens(session.id);
    if (session.retiring) {
      await end(ports, session, { state: 'expired' });
      return oauthError('invalid_grant', 'The key of this session was retired. Sign in again.');
    }
    if (!key || !tokens?.refreshToken) {
      await endWithoutKey(ports, session);
      return oauthError('invalid_grant', LOST);
    }
    // As the policy is now; the document keeps the wrapper that it was loaded with, and has to know its tokens again.
    const isInPage = !(await policies.of(session.agent)).custody && page.readsTokens;
    const form = refreshWith(tokens.refreshToken, page.form);
    const reply = await endpoint.send(to, session.agent, page.headers, form, key, session.id);
    if (!reply || (!admits(reply, session.agent) && reply.status !== 200)) return UNREACHABLE;
    if (reply.status !== 200) {
      if (readOAuthError(reply.body)?.error === 'invalid_grant') await end(ports, session, { state: 'expired' });
      return refusal(reply, concealed(session, tokens));
    }
    const response = readTokenResponse(reply.body);
    if (!isBoundTo(key.thumbprint, response)) {
      await end(ports, session, { state: 'expired' });
      return oauthError('invalid_grant', 'The authorization server stopped binding tokens to the key. Sign in again.');
    }
    const given = tokensOf(response);
    const renewed = given.refreshToken === undefined ? { ...tokens, accessToken: given.accessToken } : given;
    const refreshed: BoundSession = {
      ...session,
      tokenEndpoint: page.url,
      handles: await handlesFor(renewed, session, isInPage),
      expiresAt: expiryOf(response, now()),
      ...(response.scope !== undefined && { scopes: scopesOf(response.scope) }),
    };
    await sessions.save(refreshed, renewed).catch((error) => {
      // The server has taken the old token back: the new one must not be lost while there is any place for it.
      sessions.hold(refreshed, renewed);
      record({ ...lineOf(session, now()), kind: 'failed', code: codeOf(error) });
    });
    await rules.renew(tokens.accessToken, renewed.accessToken);
    record({ ...lineOf(session, now(), page.url), kind: 'refreshed', status: reply.status });
    const old = concealed(session, tokens);
    return admits(reply, session.agent) ? tokenAnswer(refreshed, { ...response, ...renewed }, old) : UNREACHABLE;
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
    return isOurs || (await policies.of(agent)).refuseBearer
      ? oauthError('invalid_grant', 'This session has ended. Sign in again.')
      : PASS_AND_REPORT;
  }

  return { refresh };
}
