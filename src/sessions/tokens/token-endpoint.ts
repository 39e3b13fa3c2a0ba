import type { Destination } from '../../model/destination.ts';
import { mentionsHandle } from '../../model/handle.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import type { SessionId } from '../../model/session.ts';
import type { ProofKey } from '../../protocol/dpop/key.ts';
import { readNonce } from '../../protocol/dpop/nonce.ts';
import { createProof } from '../../protocol/dpop/proof.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { correctionOf, skewOf } from '../../protocol/http/clock.ts';
import { loggable } from '../../protocol/oauth/error-code.ts';
import { readOAuthError } from '../../protocol/oauth/token-response.ts';
import { admits } from '../page-answer.ts';
import type { Ports, Reply } from '../ports.ts';

/** Headers of a page's token request that Holdfast sends on; the rest would need a CORS preflight, which it cannot ask. */
const FORWARDED = new Set(['accept', 'accept-language', 'authorization']);

type TokenEndpointPorts = Pick<Ports, 'network' | 'memory' | 'random' | 'record' | 'now'>;

/** Why a refused request is worth sending again: each is a reason once. */
type Remedy = 'nonce' | 'clock';

/** Requests to an authorization server that carry a proof (RFC 9449 §5), from the background itself. */
export function createTokenEndpoint({ network, memory, random, record, now }: TokenEndpointPorts) {
  /**
   * Sends a form with a proof. A reply that asks for a nonce (RFC 9449 §8), and a proof refused while the clocks differ,
   * are answered with a new proof, once each. Undefined when the server could not be reached. What fails is recorded.
   */
  async function send(
    to: Destination,
    agent: Origin,
    headers: readonly (readonly [string, string])[],
    form: URLSearchParams,
    key: ProofKey,
    session?: SessionId,
  ): Promise<Reply | undefined> {
    const origin = originOf(to);
    const tried = new Set<Remedy>();
    try {
      for (;;) {
        const nonce = await memory.nonce(origin);
        const reply = await attempt(nonce);
        const remedy = await remedyFor(reply, nonce);
        if (!remedy || tried.has(remedy)) return noted(reply);
        tried.add(remedy);
      }
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code === 'rules_failed') throw error;
      refused(undefined, error.code);
      return undefined;
    }

    function noted(reply: Reply): Reply {
      const { status } = reply;
      if (status < 200 || status > 299) refused(status, loggable(readOAuthError(reply.body)?.error));
      else if (!admits(reply, agent)) refused(status, 'cors_refused');
      return reply;
    }

    function refused(status: number | undefined, code: string | undefined): void {
      record({ at: now(), kind: 'refused', agent, session, server: origin, status, code });
    }

    async function attempt(nonce: string | undefined): Promise<Reply> {
      const time = now() + (await memory.clockOffset(origin));
      const proof = await createProof(key, { method: 'POST', url: to, nonce }, { now: time, jti: random() });
      const reply = await network.post(to, agent, { ...forwarded(headers), DPoP: proof }, form.toString());
      const given = readNonce(reply.header('DPoP-Nonce'));
      if (given) await memory.setNonce(origin, given);
      return reply;
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

/** The page's headers that are sent. A handle in one of them is dropped: it means nothing to the server. */
export function forwarded(headers: readonly (readonly [string, string])[]): Record<string, string> {
  const kept = headers.filter(([name, value]) => FORWARDED.has(name.toLowerCase()) && !mentionsHandle(value));
  return { ...Object.fromEntries(kept), 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' };
}
