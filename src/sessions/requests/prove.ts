import type { PageRequest, ReplyTo } from '../../messages/page.ts';
import { type Destination, toResource } from '../../model/destination.ts';
import { OBSERVED_MS } from '../../model/lifetimes.ts';
import { originOf } from '../../model/origin.ts';
import { resourceAt } from '../../model/server.ts';
import type { BoundSession } from '../../model/session.ts';
import type { Tokens } from '../../model/tokens.ts';
import { dpopChallenge } from '../../protocol/dpop/challenge.ts';
import { htu } from '../../protocol/dpop/htu.ts';
import type { ProofKey } from '../../protocol/dpop/key.ts';
import { createProof } from '../../protocol/dpop/proof.ts';
import type { ErrorCode } from '../../protocol/error.ts';
import { correctionOf } from '../../protocol/http/clock.ts';
import { hasLiteralPath } from '../../protocol/http/host.ts';
import { isSecureTransport } from '../../protocol/oauth/loopback.ts';
import type { BoundSessions } from '../lifecycle/bound-session.ts';
import { endWithoutKey } from '../lifecycle/end.ts';
import { forbidden, PASS, readable, UNREACHABLE } from '../page-answer.ts';
import type { Caller, Ports } from '../ports.ts';
import { accessHandleOf } from '../tokens/handles.ts';
import type { Breaker } from './breaker.ts';
import { keyOf, type PresentationSlot, slotOf } from './presentation-slot.ts';
import type { ProofLog, Seen } from './proof-log.ts';
import type { Reach } from './reach.ts';
import { NOBODY, type SlotQueue } from './slot-queue.ts';
import type { Schemes } from './token-scheme.ts';

type ProofRequest = Extract<PageRequest, { kind: 'prove' }>;

interface Parts {
  readonly bound: BoundSessions;
  readonly slots: SlotQueue;
  readonly breaker: Breaker;
  readonly proofLog: ProofLog;
  readonly schemes: Schemes;
  readonly reach: Reach;
}

/** A proof for one request of a page, and the rule that puts the real token on that request in the network layer. */
export function createProver(ports: Ports, { bound, slots, breaker, proofLog, schemes, reach }: Parts) {
  const { keys, sessions, memory, rules, access, record, now, random } = ports;
  /** Slots in which a bearer token is presented: its rule is removed when the requests that need it have left. */
  const bearerSlots = new Set<string>();

  async function prove(request: ProofRequest, caller: Caller): Promise<ReplyTo<'prove'>> {
    const session = await sessionFor(request, caller);
    if ('kind' in session) return session;
    if (breaker.heldBackUntil(session.id) !== undefined) {
      noteDenial(caller, request.url, 'breaker_open', session);
      return UNREACHABLE;
    }
    const refused = request.refused && (await proofLog.seen(request.refused.jti, OBSERVED_MS));
    const origin = originOf(request.url);
    if (!(await access.ensure(caller.agent, [origin], { kind: 'use', resource: origin }))) {
      return deny(request, caller, 'permission_declined', session);
    }
    const url = await whereTo(request, session, refused);
    const reply = await bound.unlocked(session, (current) => open({ ...request, url }, caller, current, refused));
    if (reply === 'over') return PASS;
    if (reply !== 'locked') return reply;
    noteDenial(caller, request.url, 'locked', session);
    return readable(request.refused?.challenge); // without a proof: the server itself refuses it
  }

  /** The URL to prove: for a redirected request, its target. The page cannot send a request there itself. */
  async function whereTo({ url, refused }: ProofRequest, session: BoundSession, seen?: Seen): Promise<string> {
    if (!refused || seen?.session !== session.id || seen.wire.state !== 'answered') return url;
    const to = seen.wire.sentOnTo;
    if (to === undefined) return url;
    const current = await reach.lookAgain(session, 'GET', to);
    return current && toResource(current, to) ? to : url;
  }

  async function open(
    request: ProofRequest,
    caller: Caller,
    session: BoundSession,
    refused?: Seen,
  ): Promise<ReplyTo<'prove'>> {
    const secrets = await secretsOf(session);
    if (!secrets) return PASS;
    if (request.refused && !(await mayTryAgain(request.refused, request.url, refused, session, secrets.tokens))) {
      return readable(request.refused.challenge);
    }
    const to = toResource(session, request.url);
    return to ? hand(request, to, caller, session, secrets) : deny(request, caller, 'outside_resource', session);
  }

  async function hand(
    { method, refused }: ProofRequest,
    url: Destination,
    { tab, agent }: Caller,
    session: BoundSession,
    { key, tokens: { accessToken } }: { key: ProofKey; tokens: Tokens },
  ): Promise<ReplyTo<'prove'>> {
    const origin = originOf(url);
    const slot = slotOf(tab, url);
    const turn = await slots.take(slot, session.id);
    try {
      const jti = random();
      const nonce = refused?.nonce ?? (await memory.nonce(origin));
      const clockOffset = await memory.clockOffset(origin);
      const { resource = url } = session;
      const scheme = await schemes.of(resource, agent);
      if (scheme === 'Bearer') bearerSlots.add(keyOf(slot));
      const [proof] = await Promise.all([
        scheme === 'DPoP'
          ? createProof(key, { method, url, accessToken, nonce }, { now: now() + clockOffset, jti })
          : '',
        rules.present(tab, agent, url, { scheme, accessToken }),
      ]);
      turn.handOut(jti);
      proofLog.minted(jti, {
        session: session.id,
        agent,
        tab,
        server: origin,
        resource,
        scheme,
        url,
        accessToken,
        nonce,
        clockOffset,
        isRetry: refused !== undefined,
      });
      if (scheme === 'Bearer') return { kind: 'proof', proof: '', jti };
      return { kind: 'proof', proof, jti, ...(nonce !== undefined && { nonce }), ahead: !turn.contended };
    } finally {
      turn.done();
    }
  }

  /** Every request of a slot has left. A rule that presents a token without a proof is removed at once. */
  async function emptied(slot: PresentationSlot): Promise<void> {
    if (bearerSlots.delete(keyOf(slot))) await rules.stepAside(slot.tab, slot.url);
  }

  /** Before a request of the page's own: once every proof that is out has left, no token is presented there. */
  async function stepAside(url: string, { tab }: Caller): Promise<void> {
    const turn = await slots.take(slotOf(tab, url), NOBODY);
    await rules.stepAside(tab, url).finally(turn.done);
  }

  /** The session that this caller may use for this URL: its own, and only at its resource. */
  async function sessionFor(request: ProofRequest, caller: Caller): Promise<BoundSession | ReplyTo<'prove'>> {
    const { token, method, url } = request;
    const session = await sessions.byHandle(await accessHandleOf(token));
    if (session?.agent !== caller.agent) return strange(caller, url, 'unknown_handle');
    if (session.state !== 'bound') return strange(caller, url, 'session_ended');
    if (!isSecureTransport(url) || !hasLiteralPath(url)) return deny(request, caller, 'outside_resource', session);
    if (session.resource === undefined) return claim(session, request, caller);
    if (toResource(session, url)) return session;
    const current = await reach.lookAgain(session, method, url);
    if (!current) return strange(caller, url, 'session_ended');
    return toResource(current, url) ? current : deny(request, caller, 'outside_resource', current);
  }

  /** A client that named no resource: the first MCP server that it uses becomes the session's, and only that. */
  async function claim(
    found: BoundSession,
    request: ProofRequest,
    caller: Caller,
  ): Promise<BoundSession | ReplyTo<'prove'>> {
    const { id, agent } = found;
    const { url, mcp } = request;
    const origin = originOf(url);
    if (!mcp) return deny(request, caller, 'outside_resource', found);
    if (!(await access.ensure(agent, [origin], { kind: 'use', resource: origin }))) {
      return deny(request, caller, 'permission_declined', found);
    }
    const claimed = await bound.inTurn(id, async (session) => {
      if (session.resource !== undefined) return session;
      const its = { ...session, resource: resourceAt(url) };
      await sessions.save(its);
      return its;
    });
    if (claimed === 'over') return strange(caller, url, 'session_ended');
    return toResource(claimed, url) ? claimed : deny(request, caller, 'outside_resource', claimed);
  }

  async function secretsOf(session: BoundSession): Promise<{ key: ProofKey; tokens: Tokens } | undefined> {
    const key = await keys.get(session.binding.thumbprint);
    const tokens = await sessions.tokens(session.id);
    if (key && tokens) return { key, tokens };
    await endWithoutKey(ports, session);
    return undefined;
  }

  /**
   * A refused request is made once more only for a reason that the new proof removes: another URL of the resource that
   * the server has sent it on to, a nonce not tried before, a token that changed meanwhile or was not the one that left, a
   * clock that is off, or a scheme that the server does not take.
   */
  async function mayTryAgain(
    { nonce, challenge }: NonNullable<ProofRequest['refused']>,
    url: string,
    refused: Seen | undefined,
    session: BoundSession,
    { accessToken }: Tokens,
  ): Promise<boolean> {
    if (refused?.session !== session.id || refused.isRetried) return false;
    const error = dpopChallenge(challenge)?.parameters.error;
    const { wire, nonce: tried, clockOffset, scheme, resource } = refused;
    const answer = wire.state === 'answered' ? wire.answer : undefined;
    proofLog.retried(refused.jti);
    const correction = error === undefined ? undefined : correctionOf(answer?.skew, clockOffset);
    if (correction !== undefined) {
      await memory.setClockOffset(refused.server, correction);
      return true;
    }
    if (htu(refused.url) !== htu(url)) return true;
    // What has left and was not answered may have been carried out.
    const isSure = wire.state === 'answered' ? wire.matched : wire.state === 'waiting' && challenge === undefined;
    if (scheme === 'DPoP' && isSure && (await schemes.maybeBearer(resource, session.agent, answer))) return true;
    if (scheme === 'Bearer' && answer?.saysDpop) return true;
    if (error === 'use_dpop_nonce') return nonce !== undefined && nonce !== tried;
    // Some servers challenge with 400, and without a word.
    if (answer?.status === 400 && error === undefined && tried === undefined && nonce !== undefined) return true;
    return refused.accessToken !== accessToken || (wire.state !== 'waiting' && !wire.matched);
  }

  /** A handle of no session that this caller has now. It leaves as it is, and the server's own refusal asks to sign in. */
  function strange(caller: Caller, url: string, code: ErrorCode): ReplyTo<'prove'> {
    noteDenial(caller, url, code);
    return PASS;
  }

  /** A handle of a living session, where its token may not go. What a server has refused already stays refused by it. */
  function deny(
    { url, refused }: ProofRequest,
    caller: Caller,
    code: 'outside_resource' | 'permission_declined',
    session: BoundSession,
  ): ReplyTo<'prove'> {
    noteDenial(caller, url, code, session);
    if (refused) return readable(refused.challenge);
    const { origin, pathname } = new URL(url);
    return forbidden(
      code === 'permission_declined'
        ? `Holdfast has no access to ${origin}. Allow it in Holdfast, then try again.`
        : `Holdfast keeps this token for ${session.resource ?? 'an MCP server'}. It does not go to ${origin}${pathname}.`,
    );
  }

  function noteDenial(caller: Caller, url: string, code: ErrorCode, session?: BoundSession): void {
    record({ at: now(), kind: 'denied', agent: caller.agent, session: session?.id, server: originOf(url), code });
  }

  return { prove, stepAside, emptied };
}
