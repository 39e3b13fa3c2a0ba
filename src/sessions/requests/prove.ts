import type { PageRequest, ReplyTo } from '../../messages/page.ts';
import { type Destination, toResource } from '../../model/destination.ts';
import { isAccessHandle, isGivenHandle } from '../../model/handle.ts';
import { OBSERVED_MS, PROOF_OUT_MS } from '../../model/lifetimes.ts';
import { isSameOrigin, originOf } from '../../model/origin.ts';
import { RIGHTS_AHEAD } from '../../model/quotas.ts';
import { isEndpointOf, type KnownServer, resourceAt } from '../../model/server.ts';
import { headerOf, isLive, type LiveSession } from '../../model/session.ts';
import type { Tokens } from '../../model/tokens.ts';
import { dpopChallenge } from '../../protocol/dpop/challenge.ts';
import { htu } from '../../protocol/dpop/htu.ts';
import { createProof } from '../../protocol/dpop/proof.ts';
import { readProof } from '../../protocol/dpop/read-proof.ts';
import type { ErrorCode } from '../../protocol/error.ts';
import { correctionOf } from '../../protocol/http/clock.ts';
import { hasLiteralPath } from '../../protocol/http/host.ts';
import { isSecureTransport } from '../../protocol/oauth/loopback.ts';
import type { FurtherAddresses } from '../further/further-addresses.ts';
import type { LiveSessions } from '../lifecycle/live-session.ts';
import { type Secrets, secretsOf } from '../lifecycle/secrets.ts';
import { forbidden, PASS, readable, UNREACHABLE } from '../page-answer.ts';
import type { Caller, Ports } from '../ports.ts';
import type { Servers } from '../sign-in/server-discovery.ts';
import type { Marks } from '../slots/marks.ts';
import { keyOf, type PresentationSlot, slotOf } from '../slots/presentation-slot.ts';
import { NOBODY, type SlotQueue } from '../slots/slot-queue.ts';
import { accessHandleOf } from '../tokens/handles.ts';
import type { Breaker } from './breaker.ts';
import type { ProofLog, Seen } from './proof-log.ts';
import type { Reach } from './reach.ts';
import type { Schemes } from './token-scheme.ts';

/** Why a living session's token does not go with a request. */
type Denial = 'other_header' | 'outside_resource' | 'permission_declined';

type ProofRequest = Extract<PageRequest, { kind: 'prove' }>;

interface Parts {
  readonly servers: Servers;
  readonly live: LiveSessions;
  readonly slots: SlotQueue;
  readonly breaker: Breaker;
  readonly proofLog: ProofLog;
  readonly schemes: Schemes;
  readonly marks: Marks;
  readonly reach: Reach;
  readonly further: Pick<FurtherAddresses, 'ask'>;
  /** A session's key or its tokens are gone. */
  readonly endLost: (session: LiveSession) => Promise<void>;
}

/** A proof for one request of a page, and the rule that puts the real token on that request in the network layer. */
export function createProver(ports: Ports, parts: Parts) {
  const { servers, live, slots, breaker, proofLog, schemes, marks, reach, further, endLost } = parts;
  const { sessions, memory, rules, access, record, now, random } = ports;
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
    const reply = await live.unlocked(session, (current) => open({ ...request, url }, caller, current, refused));
    if (reply === 'over') return PASS;
    if (reply !== 'locked') return reply;
    noteDenial(caller, request.url, 'locked', session);
    return readable(request.refused?.challenge); // without a proof: the server itself refuses it
  }

  /** The URL to prove: for a redirected request, its target. The page cannot send a request there itself. */
  async function whereTo({ url, refused }: ProofRequest, session: LiveSession, seen?: Seen): Promise<string> {
    if (!refused || seen?.session !== session.id || seen.wire.state !== 'answered') return url;
    const to = seen.wire.sentOnTo;
    if (to === undefined) return url;
    const current = await reach.lookAgain(session, 'GET', to);
    return current && toResource(current, to) ? to : url;
  }

  async function open(
    request: ProofRequest,
    caller: Caller,
    session: LiveSession,
    refused?: Seen,
  ): Promise<ReplyTo<'prove'>> {
    const secrets = await secretsOf(ports, session);
    if (!secrets) {
      await endLost(session);
      return PASS;
    }
    if (request.refused && !(await mayTryAgain(request.refused, request.url, refused, session, secrets.tokens))) {
      return readable(request.refused.challenge);
    }
    const to = toResource(session, request.url, await serverBeside(session, request.url));
    return to ? hand(request, to, caller, session, secrets) : deny(request, caller, 'outside_resource', session);
  }

  async function hand(
    { method, ahead = false, often = false, refused }: ProofRequest,
    url: Destination,
    { tab, agent }: Caller,
    session: LiveSession,
    { key, tokens: { accessToken } }: Secrets,
  ): Promise<ReplyTo<'prove'>> {
    const origin = originOf(url);
    const slot = slotOf({ tab, agent }, url);
    const turn = await slots.take(slot, session.id);
    try {
      const jti = random();
      const nonce = refused?.nonce ?? (await memory.nonce(origin));
      const clockOffset = await memory.clockOffset(origin);
      const { resource = url } = session;
      const field = await schemes.fieldOf(session, resource);
      const isProved = field.scheme === 'DPoP';
      const mark = isProved ? undefined : marks.of(slot, session);
      if (!isProved) bearerSlots.add(keyOf(slot));
      const [proof] = await Promise.all([
        key && isProved ? createProof(key, { method, url, accessToken, nonce }, { now: now() + clockOffset, jti }) : '',
        rules.present(tab, agent, url, { ...field, accessToken, session: session.id, mark }),
      ]);
      const minted = {
        session: session.id,
        agent,
        tab,
        server: origin,
        resource,
        ...field,
        state: session.state,
        method,
        url,
        accessToken,
        nonce,
        made: readProof(proof),
        mark,
        isAhead: ahead,
        clockOffset,
        isRetry: refused !== undefined,
      };
      proofLog.minted(jti, minted);
      const isFree = !turn.contended;
      const more = mark && often && isFree ? Array.from({ length: RIGHTS_AHEAD }, random) : [];
      for (const further of more) proofLog.minted(further, { ...minted, isAhead: true });
      const isLent = ahead && !isProved;
      if (!isLent) turn.handOut(jti, PROOF_OUT_MS);
      turn.lend(isLent ? [jti, ...more] : more);
      if (!isProved)
        return { kind: 'proof', proof, jti, ...(mark && { mark, ahead: isFree, ...(more.length > 0 && { more }) }) };
      return { kind: 'proof', proof, jti, ...(nonce !== undefined && { nonce }), ahead: isFree };
    } finally {
      turn.done();
    }
  }

  /** The session's authorization server, where one of its endpoints may be meant. */
  async function serverBeside(session: LiveSession, url: string): Promise<KnownServer | undefined> {
    const { resource, issuer, tokenEndpoint = issuer } = session;
    const isBeside = tokenEndpoint !== undefined && isSameOrigin(tokenEndpoint, url);
    return isBeside && resourceAt(url) !== resource ? servers.ofSession(session) : undefined;
  }

  /** Every request of a slot has left, and with them the need for its rule: at once where that presents a token without a proof. */
  async function emptied(slot: PresentationSlot): Promise<void> {
    if (bearerSlots.delete(keyOf(slot))) await rules.stepAside(slot);
    else rules.settle(slot);
  }

  /** Before a request of the page's own: once every proof that is out has left, no token is presented there. */
  async function stepAside(url: string, caller: Caller): Promise<void> {
    const slot = slotOf(caller, url);
    const turn = await slots.take(slot, NOBODY);
    await rules.stepAside(slot).finally(turn.done);
  }

  /** The session that this caller may use for this URL: its own, and only at its resource. */
  async function sessionFor(request: ProofRequest, caller: Caller): Promise<LiveSession | ReplyTo<'prove'>> {
    const { token, method, url, header = 'authorization' } = request;
    const session = await sessions.byHandle(isGivenHandle(token) ? token : await accessHandleOf(token));
    if (!session && !isAccessHandle(token) && !isGivenHandle(token)) return PASS; // a token of the page's own
    if (session?.agent !== caller.agent) return strange(caller, url, 'unknown_handle');
    if (!isLive(session)) return strange(caller, url, 'session_ended');
    if (header !== headerOf(session)) return deny(request, caller, 'other_header', session);
    if (!isSecureTransport(url) || !hasLiteralPath(url)) return deny(request, caller, 'outside_resource', session);
    if (session.resource === undefined) return claim(session, request, caller);
    if (toResource(session, url)) return session;
    const current = await reach.lookAgain(session, method, url);
    if (!current) return strange(caller, url, 'session_ended');
    if (toResource(current, url)) return current;
    const wider = request.refused ? current : await further.ask(current, url);
    if (wider === 'over') return strange(caller, url, 'session_ended');
    return toResource(wider, url) ? wider : deny(request, caller, 'outside_resource', wider);
  }

  /** A client that named no resource: the first MCP server that it uses becomes the session's, and only that. */
  async function claim(
    found: LiveSession,
    request: ProofRequest,
    caller: Caller,
  ): Promise<LiveSession | ReplyTo<'prove'>> {
    const { id, agent } = found;
    const { url, mcp } = request;
    const origin = originOf(url);
    const server = await serverBeside(found, url);
    if (!mcp || (server && isEndpointOf(server, url))) return deny(request, caller, 'outside_resource', found);
    if (!(await access.ensure(agent, [origin], { kind: 'use', resource: origin }))) {
      return deny(request, caller, 'permission_declined', found);
    }
    const claimed = await live.inTurn(id, async (session) => {
      if (session.resource !== undefined) return session;
      const its = { ...session, resource: resourceAt(url) };
      await sessions.save(its);
      return its;
    });
    if (claimed === 'over') return strange(caller, url, 'session_ended');
    return toResource(claimed, url) ? claimed : deny(request, caller, 'outside_resource', claimed);
  }

  /**
   * A refused request is made once more only for a reason that the new proof, or the new token of a held session, removes:
   * another URL of the resource that the server has sent it on to, a nonce not tried before, a token that changed meanwhile or
   * was not the one that left, a rule that had gone before it left, a clock that is off, or a scheme that the server does not take.
   */
  async function mayTryAgain(
    { nonce, challenge }: NonNullable<ProofRequest['refused']>,
    url: string,
    refused: Seen | undefined,
    session: LiveSession,
    { accessToken }: Tokens,
  ): Promise<boolean> {
    if (refused?.session !== session.id || refused.isRetried) return false;
    const { wire, nonce: tried, clockOffset, scheme, resource } = refused;
    const answer = wire.state === 'answered' ? wire.answer : undefined;
    proofLog.retried(refused.jti);
    const isOther = refused.accessToken !== accessToken || (wire.state !== 'waiting' && !wire.matched);
    if (session.state !== 'bound') return isOther || htu(refused.url) !== htu(url);
    // A page reads a challenge only where its server's CORS lets it.
    const error = answer ? answer.dpopError : dpopChallenge(challenge)?.parameters.error;
    const correction = error === undefined ? undefined : correctionOf(answer?.skew, clockOffset);
    if (correction !== undefined) {
      await memory.setClockOffset(refused.server, correction);
      return true;
    }
    if (htu(refused.url) !== htu(url)) return true;
    // What has left and was not answered may have been carried out.
    const isUnsent = wire.state === 'waiting' && challenge === undefined;
    // That its rule had gone says nothing of the server.
    if (isUnsent && !proofLog.stood(refused)) return true;
    const isSure = wire.state === 'answered' ? wire.matched : isUnsent;
    if (scheme === 'DPoP' && isSure && (await schemes.maybeBearer(resource, session.agent, answer))) return true;
    if (scheme === 'Bearer' && answer?.saysDpop) return true;
    if (error === 'use_dpop_nonce') return nonce !== undefined && nonce !== tried;
    // Some servers challenge with 400, and without a word.
    if (answer?.status === 400 && error === undefined && tried === undefined && nonce !== undefined) return true;
    return isOther;
  }

  /** A handle of no session that this caller has now. It leaves as it is, and the server's own refusal asks to sign in. */
  function strange(caller: Caller, url: string, code: ErrorCode): ReplyTo<'prove'> {
    noteDenial(caller, url, code);
    return PASS;
  }

  /** A handle of a living session, where its token may not go. What a server has refused already stays refused by it. */
  function deny({ url, refused }: ProofRequest, caller: Caller, code: Denial, session: LiveSession): ReplyTo<'prove'> {
    noteDenial(caller, url, code, session);
    return refused ? readable(refused.challenge) : forbidden(whyDenied(code, url, session));
  }

  function noteDenial(caller: Caller, url: string, code: ErrorCode, session?: LiveSession): void {
    record({ at: now(), kind: 'denied', agent: caller.agent, session: session?.id, server: originOf(url), code });
  }

  return { prove, stepAside, emptied };
}

function whyDenied(code: Denial, url: string, session: LiveSession): string {
  const { origin, pathname } = new URL(url);
  if (code === 'permission_declined')
    return `Holdfast has no access to ${origin}. Allow it in Holdfast, then try again.`;
  if (code === 'other_header') return `Holdfast puts this into the header ${headerOf(session)}, and into no other.`;
  return `Holdfast keeps this token for ${session.resource ?? 'an MCP server'}. It does not go to ${origin}${pathname}.`;
}
