import type { PageReply } from '../../messages/page.ts';
import type { Handle } from '../../model/handle.ts';
import {
  type BoundSession,
  type EndedSession,
  ended,
  type Origin,
  type SessionId,
  type Tokens,
} from '../../model/session.ts';
import { codeOf, HoldfastError } from '../../protocol/error.ts';
import type { Serial } from '../../structures/keyed-lock.ts';
import { dropKey } from '../lifecycle/needed-keys.ts';
import { admits, LOCKED, NATIVE, UNREACHABLE, verbatim } from '../page-answer.ts';
import type { Caller, Ports, Reply } from '../ports.ts';
import type { Servers } from '../sign-in/server-discovery.ts';
import { concealed } from './conceal.ts';
import { isDestination } from './destination.ts';
import type { PageForm } from './page-form.ts';
import { forwarded } from './token-endpoint.ts';

/** Revocation (RFC 7009), by the page or by the person, and introspection (RFC 7662) by the page. */
export function createRevocation(ports: Ports, ofSession: Serial, servers: Servers) {
  const { sessions, network, rules, lock, record, now } = ports;

  /** A page's form with a handle in `token`: the real token goes to the session's own server, and to nobody else. */
  async function fromPage(handle: Handle, page: PageForm, caller: Caller): Promise<PageReply> {
    const session = await sessions.byHandle(handle);
    if (session?.agent !== caller.agent || session.state !== 'bound') return NATIVE;
    const inTurn = () => ofSession(session.id, () => send(session.id, handle, page, caller));
    return (await lock.open(caller.agent, inTurn)) ?? LOCKED;
  }

  async function send(id: SessionId, handle: Handle, page: PageForm, caller: Caller): Promise<PageReply> {
    const session = await sessions.get(id);
    if (session?.state !== 'bound') return NATIVE;
    const server = await servers.ofSession(session);
    if (!isDestination(session, server, page.url)) return NATIVE;
    const tokens = await sessions.tokens(session.id);
    const revokes = server?.revocationEndpoint === page.url;
    if (!tokens || !(revokes || server?.introspectionEndpoint === page.url)) return NATIVE;

    const ofRefresh = handle === session.handles.refresh && tokens.refreshToken !== undefined;
    page.form.set('token', ofRefresh ? (tokens.refreshToken as string) : tokens.accessToken);
    const reply = await network
      .post(page.url, caller.agent, forwarded(page.headers), page.form.toString())
      .catch(() => null);
    if (!reply) return UNREACHABLE;
    const grantIsGone = ofRefresh || tokens.refreshToken === undefined;
    if (revokes && reply.status === 200 && grantIsGone) await end(session, tokens, true);
    return admits(reply, caller.agent) ? verbatim(reply, concealed(session, tokens)) : UNREACHABLE;
  }

  /**
   * Revokes a session at its server, where that has an endpoint for it, and forgets its tokens and its key in any case.
   * The refresh token goes first: with it ends the grant. Undefined when nothing ended: the vault stayed locked.
   */
  async function revoke(id: SessionId): Promise<EndedSession | undefined> {
    const session = await sessions.get(id);
    if (session?.state !== 'bound') return undefined;
    return lock.open(session.agent, () => ofSession(id, () => revokeNow(id)));
  }

  /** After a refresh that was under way: so the tokens that it brought are revoked too. */
  async function revokeNow(id: SessionId): Promise<EndedSession | undefined> {
    const session = await sessions.get(id);
    if (session?.state !== 'bound') return undefined;
    const tokens = await sessions.tokens(id);
    return end(session, tokens, tokens !== undefined && (await atServer(session, tokens)));
  }

  /** For the person, who is told when the session goes on. @throws HoldfastError `locked` when the vault stayed locked */
  async function revokeForPerson(id: SessionId): Promise<void> {
    if (await revoke(id)) return;
    if ((await sessions.get(id))?.state === 'bound') throw new HoldfastError('locked', 'The vault stayed locked');
  }

  /** Every session of an agent, or every session; one that cannot be ended keeps no other. @throws as `revokeForPerson` */
  async function revokeAll(agent?: Origin): Promise<void> {
    const all = await sessions.list();
    const wanted = all.filter((session) => agent === undefined || session.agent === agent);
    const outcomes = await Promise.allSettled(wanted.map(({ id }) => revokeForPerson(id)));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure) throw failure.reason;
  }

  async function atServer(session: BoundSession, { accessToken, refreshToken }: Tokens): Promise<boolean> {
    const server = await servers.ofSession(session);
    const endpoint = server?.revocationEndpoint;
    if (!endpoint || !isDestination(session, server, endpoint)) return false;
    const revokeOne = async (token: string, hint: string): Promise<boolean> => {
      const form = new URLSearchParams({ token, token_type_hint: hint });
      if (session.clientId) form.set('client_id', session.clientId);
      try {
        const reply: Reply = await network.post(endpoint, session.agent, forwarded([]), form.toString());
        return reply.status === 200;
      } catch (error) {
        note(session, 'refused', endpoint, codeOf(error));
        return false;
      }
    };
    const refreshGone = refreshToken === undefined || (await revokeOne(refreshToken, 'refresh_token'));
    const accessGone = await revokeOne(accessToken, 'access_token');
    return refreshToken === undefined ? accessGone : refreshGone;
  }

  async function end(session: BoundSession, tokens: Tokens | undefined, confirmed: boolean): Promise<EndedSession> {
    const revoked = ended(session, 'revoked', now(), confirmed);
    await sessions.save(revoked);
    await dropKey(ports, session.binding.thumbprint);
    if (tokens) await rules.withdraw(tokens.accessToken);
    note(session, 'revoked', session.issuer);
    return revoked;
  }

  function note(session: BoundSession, kind: 'revoked' | 'refused', url: string | undefined, code?: string): void {
    const server = url && new URL(url).origin;
    record({ at: now(), kind, agent: session.agent, session: session.id, server, code });
  }

  return { fromPage, revoke, revokeForPerson, revokeAll };
}

export type Revocation = ReturnType<typeof createRevocation>;
