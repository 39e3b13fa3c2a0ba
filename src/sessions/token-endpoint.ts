import type { ProofKey } from '../protocol/dpop/key.ts';
import { createProof } from '../protocol/dpop/proof.ts';
import { HoldfastError } from '../protocol/error.ts';
import { NOTABLE_SKEW, skewOf } from '../protocol/http/clock.ts';
import { readOAuthError } from '../protocol/oauth/token-response.ts';
import type { Ports, Reply } from './ports.ts';
import type { Origin } from './session.ts';

/** Headers of a page's token request that Holdfast sends on; the rest would need a CORS preflight, which it cannot ask. */
const FORWARDED = new Set(['accept', 'accept-language', 'authorization']);

type TokenEndpointPorts = Pick<Ports, 'network' | 'memory' | 'random' | 'record' | 'now'>;

/** Requests to an authorization server that carry a proof (RFC 9449 §5), from the background itself. */
export function createTokenEndpoint({ network, memory, random, record, now }: TokenEndpointPorts) {
  /**
   * Sends a form with a proof. A reply that asks for a nonce (RFC 9449 §8), or a proof refused while the clocks differ,
   * is answered once with a new proof. Undefined when the server could not be reached.
   */
  async function send(
    url: string,
    agent: Origin,
    headers: readonly (readonly [string, string])[],
    form: URLSearchParams,
    key: ProofKey,
  ): Promise<Reply | undefined> {
    const { origin } = new URL(url);
    const nonce = await memory.nonce(origin);
    try {
      const first = await attempt(nonce);
      return (await mayTryAgain(first, nonce)) ? await attempt(await memory.nonce(origin)) : first;
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      record({ at: now(), kind: 'refused', agent, server: origin, code: error.code });
      return undefined;
    }

    async function attempt(nonce: string | undefined): Promise<Reply> {
      const time = now() + (await memory.clockOffset(origin));
      const proof = await createProof(key, { method: 'POST', url, nonce }, { now: time, jti: random() });
      const reply = await network.post(url, agent, { ...forwarded(headers), DPoP: proof }, form.toString());
      const given = reply.header('DPoP-Nonce');
      if (given) await memory.setNonce(origin, given);
      return reply;
    }

    async function mayTryAgain(reply: Reply, tried: string | undefined): Promise<boolean> {
      if (reply.status !== 400 && reply.status !== 401) return false;
      const error = readOAuthError(reply.body)?.error;
      const given = reply.header('DPoP-Nonce');
      if (error === 'use_dpop_nonce') return given !== null && given !== tried;
      if (error !== 'invalid_dpop_proof') return false;
      const offset = skewOf(reply.header('Date'), now());
      const known = await memory.clockOffset(origin);
      if (offset === undefined || Math.abs(offset - known) < NOTABLE_SKEW) return false;
      await memory.setClockOffset(origin, offset);
      return true;
    }
  }

  return { send };
}

export type TokenEndpoint = ReturnType<typeof createTokenEndpoint>;

/** The page's own headers, as far as they are sent on. */
export function forwarded(headers: readonly (readonly [string, string])[]): Record<string, string> {
  const kept = headers.filter(([name]) => FORWARDED.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' };
}
