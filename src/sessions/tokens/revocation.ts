import type { ReplyTo } from '../../messages/page.ts';
import { failureOf, lineOf } from '../../model/activity.ts';
import { toIssuer } from '../../model/destination.ts';
import type { Handle } from '../../model/handle.ts';
import type { Origin } from '../../model/origin.ts';
import { type EndedSession, isLive, type LiveSession, type SessionId } from '../../model/session.ts';
import type { Tokens } from '../../model/tokens.ts';
import { codeOf } from '../../protocol/error.ts';
import { end } from '../lifecycle/end.ts';
import type { LiveSessions } from '../lifecycle/live-session.ts';
import { admits, LOCKED, PASS, UNREACHABLE, withoutTokens } from '../page-answer.ts';
import type { Caller, Ports, Reply } from '../ports.ts';
import type { Servers } from '../sign-in/server-discovery.ts';
import { concealed } from './conceal.ts';
import type { PageForm } from './page-form.ts';
import { FORM, forwarded } from './token-endpoint.ts';

/** Revocation (RFC 7009), by the page or by the person, and introspection (RFC 7662) by the page. */
export function createRevocation(ports: Ports, live: LiveSessions, servers: Servers) {
  const { sessions, network, record, now } = ports;

  /** A page's form with a handle in `token`: the real token goes to the session's own server, and to nobody else. */
  async function fromPage(handle: Handle, page: PageForm, caller: Caller): Promise<ReplyTo<'form'>> {
    const session = await sessions.byHandle(handle);
    if (session?.agent !== caller.agent || !isLive(session)) return PASS;
    const reply = await live.unlockedInTurn(session, (current) => send(current, handle, page, caller));
    if (reply === 'locked') return LOCKED;
    return reply === 'over' ? PASS : reply;
  }

  async function send(session: LiveSession, handle: Handle, page: PageForm, caller: Caller): Promise<ReplyTo<'form'>> {
    const server = await servers.ofSession(session);
    const to = toIssuer(session, server, page.url);
    if (!to) return PASS;
    const tokens = await sessions.tokens(session.id);
    const revokes = server?.revocationEndpoint === page.url;
    if (!tokens || !(revokes || server?.introspectionEndpoint === page.url)) return PASS;

    const ofRefresh = handle === session.handles.refresh && tokens.refreshToken !== undefined;
    page.form.set('token', (ofRefresh && tokens.refreshToken) || tokens.accessToken);
    const headers = forwarded(page.headers, to, server);
    const reply = await network.post(to, caller.agent, headers, page.form.toString()).catch(() => null);
    if (!reply) return UNREACHABLE;
    const grantIsGone = ofRefresh || tokens.refreshToken === undefined;
    if (revokes && reply.status === 200 && grantIsGone)
      await end(ports, session, { state: 'revoked', confirmed: true });
    return admits(reply, caller.agent) ? withoutTokens(reply, concealed(session, tokens)) : UNREACHABLE;
  }

  /**
   * Revokes a session at its server, where that has an endpoint for it, and forgets its tokens and its key, if it has one, in any case.
   * The refresh token goes first: with it ends the grant. Nothing ends while the vault stays locked.
   *
   * @param because why, where it is not the person who does it now
   */
  async function revoke(id: SessionId, because?: 'unasked'): Promise<EndedSession | 'locked' | 'over'> {
    const session = await sessions.get(id);
    if (!session || !isLive(session)) return 'over';
    return live.unlockedInTurn(session, (current) => revokeNow(current, because));
  }

  /**
   * After a refresh that was under way: so the tokens that it brought are revoked too. Of a given key that its person deletes nothing
   * is left.
   */
  async function revokeNow(session: LiveSession, because?: 'unasked'): Promise<EndedSession> {
    const why = because && { because };
    if (session.state === 'given') {
      const deleted = await end(ports, session, { state: 'revoked', confirmed: false, ...why });
      if (!because) await sessions.remove(session.id);
      return deleted;
    }
    const tokens = await sessions.tokens(session.id);
    const gone = tokens ? await atServer(session, tokens) : { refresh: false, access: false };
    return end(ports, session, {
      ...{ state: 'revoked', confirmed: gone.refresh ?? gone.access },
      ...(gone.refresh && !gone.access && { accessLeft: true }),
      ...why,
    });
  }

  /** Every session of an agent, or every session; one that cannot be ended keeps no other. */
  async function revokeAll(agent?: Origin): Promise<'done' | 'locked'> {
    const all = await sessions.list();
    const wanted = all.filter((session) => agent === undefined || session.agent === agent);
    const outcomes = await Promise.allSettled(wanted.map(({ id }) => revoke(id)));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure) throw failure.reason;
    return outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value === 'locked') ? 'locked' : 'done';
  }

  /** Which of the tokens its server has confirmed to be gone; of a refresh token that there was not, undefined. */
  async function atServer(
    session: LiveSession,
    { accessToken, refreshToken }: Tokens,
  ): Promise<{ readonly refresh: boolean | undefined; readonly access: boolean }> {
    const server = await servers.ofSession(session);
    const to = server?.revocationEndpoint && toIssuer(session, server, server.revocationEndpoint);
    if (!to) return { refresh: false, access: false };
    const revokeOne = async (token: string, hint: string): Promise<boolean> => {
      const form = new URLSearchParams({ token, token_type_hint: hint });
      if (session.clientId) form.set('client_id', session.clientId);
      try {
        const reply: Reply = await network.post(to, session.agent, FORM, form.toString());
        return reply.status === 200;
      } catch (error) {
        const code = codeOf(error);
        record({ ...lineOf(session, now(), to), kind: failureOf(undefined, code), code });
        return false;
      }
    };
    const refresh = refreshToken === undefined ? undefined : await revokeOne(refreshToken, 'refresh_token');
    return { refresh, access: await revokeOne(accessToken, 'access_token') };
  }

  return { fromPage, revoke, revokeAll };
}

export type Revocation = ReturnType<typeof createRevocation>;
