import { failureOf } from '../../model/activity.ts';
import type { Destination } from '../../model/destination.ts';
import { mentionsHandle } from '../../model/handle.ts';
import { isSameOrigin, type Origin, originOf } from '../../model/origin.ts';
import type { KnownServer } from '../../model/server.ts';
import type { SessionId } from '../../model/session.ts';
import type { ProofKey } from '../../protocol/dpop/key.ts';
import { readNonce } from '../../protocol/dpop/nonce.ts';
import { createProof } from '../../protocol/dpop/proof.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { correctionOf, isInTime, skewOf } from '../../protocol/http/clock.ts';
import { schemeOf } from '../../protocol/http/scheme.ts';
import { loggable } from '../../protocol/oauth/error-code.ts';
import { FORWARDED } from '../../protocol/oauth/token-request.ts';
import { readOAuthError } from '../../protocol/oauth/token-response.ts';
import { admits } from '../page-answer.ts';
import type { Ports, Reply } from '../ports.ts';
import type { PageForm } from './page-form.ts';

type TokenEndpointPorts = Pick<Ports, 'network' | 'memory' | 'random' | 'record' | 'now'>;

/** An answer to a request of the background's own. */
export interface Sent extends Reply {
  /** It refuses the proof, in which nothing is wrong as far as Holdfast knows: its server may see another address than was called. */
  readonly isSoundProofRefused?: boolean;
}

/** Why a refused request is worth sending again: each is a reason once. */
type Remedy = 'nonce' | 'clock';

/** Requests to an authorization server, from the background itself; with a proof (RFC 9449 §5) where there is a key. */
export function createTokenEndpoint({ network, memory, random, record, now }: TokenEndpointPorts) {
  /**
   * Sends a form, with a proof of the key if there is one. A reply that asks for a nonce (RFC 9449 §8), and a proof refused while the clocks differ,
   * are answered with a new proof, once each. Undefined when the server could not be reached. What fails is recorded.
   */
  async function send(
    to: Destination,
    agent: Origin,
    headers: Readonly<Record<string, string>>,
    form: URLSearchParams,
    key: ProofKey | undefined,
    session?: SessionId,
  ): Promise<Sent | undefined> {
    const origin = originOf(to);
    const tried = new Set<Remedy>();
    try {
      if (!key) return noted(await network.post(to, agent, headers, form.toString()));
      for (;;) {
        const nonce = await memory.nonce(origin);
        const reply = await attempt(key, nonce);
        const remedy = await remedyFor(reply, nonce);
        if (!remedy || tried.has(remedy)) return noted({ ...reply, isSoundProofRefused: await refusesSound(reply) });
        tried.add(remedy);
      }
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code === 'rules_failed') throw error;
      refused(undefined, error.code);
      return undefined;
    }

    function noted(reply: Sent): Sent {
      const { status, isSoundProofRefused } = reply;
      const code = isSoundProofRefused ? 'sound_proof_refused' : loggable(readOAuthError(reply.body)?.error);
      if (status < 200 || status > 299) refused(status, code);
      else if (!admits(reply, agent)) refused(status, 'cors_refused');
      return reply;
    }

    function refused(status: number | undefined, code: string | undefined): void {
      record({ at: now(), kind: failureOf(status, code), agent, session, server: origin, status, code });
    }

    async function attempt(key: ProofKey, nonce: string | undefined): Promise<Reply> {
      const time = now() + (await memory.clockOffset(origin));
      const proof = await createProof(key, { method: 'POST', url: to, nonce }, { now: time, jti: random() });
      const reply = await network.post(to, agent, { ...headers, DPoP: proof }, form.toString());
      const given = readNonce(reply.header('DPoP-Nonce'));
      if (given) await memory.setNonce(origin, given);
      return reply;
    }

    async function refusesSound(reply: Reply): Promise<boolean> {
      if (reply.status < 400 || readOAuthError(reply.body)?.error !== 'invalid_dpop_proof') return false;
      return isInTime(skewOf(reply.header('Date'), now()), await memory.clockOffset(origin));
    }

    async function remedyFor(reply: Reply, nonce: string | undefined): Promise<Remedy | undefined> {
      if (reply.status !== 400 && reply.status !== 401) return undefined;
      const error = readOAuthError(reply.body)?.error;
      if (error !== 'use_dpop_nonce' && error !== 'invalid_dpop_proof') return undefined;
      const correction = correctionOf(skewOf(reply.header('Date'), now()), await memory.clockOffset(origin));
      if (correction !== undefined) await memory.setClockOffset(origin, correction);
      const given = readNonce(reply.header('DPoP-Nonce'));
      if (error === 'use_dpop_nonce') return given !== undefined && given !== nonce ? 'nonce' : undefined;
      return correction === undefined ? undefined : 'clock';
    }
  }

  return { send };
}

export type TokenEndpoint = ReturnType<typeof createTokenEndpoint>;

/** What stands in a request of Holdfast's own to an authorization server. */
export const FORM = { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' } as const;

/**
 * The page's headers that are sent to a server's endpoint. A handle in one of them is dropped: it means nothing to the server.
 * `Authorization` needs a preflight, and Holdfast asks none: a client's secret goes by HTTP Basic alone (RFC 6749 §2.3.1),
 * where the server takes that, and to the issuer's own origin. What else its metadata names is that server's word.
 */
export function forwarded(
  headers: PageForm['headers'],
  to: Destination,
  server: KnownServer | undefined,
): Readonly<Record<string, string>> {
  const takesBasic = server?.takesBasic === true && isSameOrigin(server.issuer, to);
  const isSent = (name: string, value: string): boolean =>
    name === 'authorization' ? takesBasic && schemeOf(value) === 'Basic' : FORWARDED.has(name);
  const kept = headers.filter(([name, value]) => isSent(name.toLowerCase(), value) && !mentionsHandle(value));
  return { ...Object.fromEntries(kept), ...FORM };
}
