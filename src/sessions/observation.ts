import type { ProofView } from '../messages/proof.ts';
import { dpopChallenge } from '../protocol/dpop/challenge.ts';
import { readNonce } from '../protocol/dpop/nonce.ts';
import { skewOf } from '../protocol/http/clock.ts';
import type { Header } from '../protocol/http/header.ts';
import type { McpHeaders } from '../protocol/mcp/headers.ts';
import { loggable } from '../protocol/oauth/error-code.ts';
import type { Breaker } from './breaker.ts';
import type { Ports } from './ports.ts';
import type { Origin, SessionId } from './session.ts';
import type { Turns } from './turns.ts';

/** A proof that was made for one request of a page. */
export interface Minted {
  readonly session: SessionId;
  readonly agent: Origin;
  /** The origin of the resource. */
  readonly server: string;
  /** What its proof names, query and all. */
  readonly url: string;
  readonly accessToken: string;
  readonly nonce: string | undefined;
  /** The offset, in milliseconds, with which its time was made. */
  readonly clockOffset: number;
  /** Whether it was made for the retry of a request that was refused. */
  readonly isRetry: boolean;
}

/** What the network saw of one proof. */
export interface Seen extends Minted {
  readonly jti: string;
  /** Whether its request was made once more already. */
  readonly retried?: boolean;
  /** Whether the token that left is the one that the proof is over; undefined until it has left. */
  readonly matched?: boolean;
  /** When it left, in milliseconds. */
  readonly sentAt?: number;
  readonly answer?: { readonly status: number; readonly error: string | undefined; readonly skew: number | undefined };
}

/** A request with a proof, as it left. */
export interface Leaving {
  /** The origin of the page that made it. */
  readonly initiator: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly proof: ProofView;
  readonly mcp: McpHeaders;
}

/** So many proofs are remembered after they were made. */
const REMEMBERED = 2_000;

/**
 * What left and what came back, matched by `jti`. Counts, results and nonces come from here, never from what a page says.
 */
export function createObservation(
  { usage, memory, record, now }: Pick<Ports, 'usage' | 'memory' | 'record' | 'now'>,
  { turns, breaker }: { turns: Turns; breaker: Breaker },
) {
  const proofs = new Map<string, Seen>();
  const waiting = new Map<string, (() => void)[]>();

  function minted(jti: string, proof: Minted): void {
    proofs.set(jti, { ...proof, jti });
    const [oldest] = proofs.keys();
    if (proofs.size > REMEMBERED && oldest !== undefined) proofs.delete(oldest);
  }

  /**
   * A request with this proof has left.
   *
   * @returns whether that is what the proof was made for: a page can put the `jti` that it reads into a header of its own,
   *   and what its own server answers is nothing of another's
   */
  function sent(jti: string, { initiator, url, authorization, proof: left, mcp }: Leaving): boolean {
    const proof = madeFor(jti, initiator, url);
    if (!proof) return false;
    turns.seen(jti);
    const matched = authorization === `DPoP ${proof.accessToken}`;
    proofs.set(jti, { ...proof, matched, sentAt: now() });
    if (matched) usage.sent(proof.session, left, mcp);
    return true;
  }

  async function answered(jti: string, status: number, header: Header): Promise<void> {
    const proof = proofs.get(jti);
    if (!proof) return;
    const { session, agent, server } = proof;
    const error = loggable(dpopChallenge(header('WWW-Authenticate'))?.parameters.error);
    proofs.set(jti, { ...proof, answer: { status, error, skew: skewOf(header('Date'), now()) } });
    for (const wake of waiting.get(jti) ?? []) wake();
    waiting.delete(jti);

    usage.answered(session, { at: now(), status, error });
    if (error === 'use_dpop_nonce') usage.demandsNonce(session);
    // A first challenge is no refusal; one that answers the nonce that was just given is.
    const challenged = error === 'use_dpop_nonce' && !proof.isRetry;
    if (!challenged) breaker.answered(session, status, proof.sentAt ?? now());
    const refused = status === 401 || status === 403 || error !== undefined;
    const kind = challenged ? 'challenged' : refused ? 'refused' : 'proved';
    record({ at: now(), kind, agent, session, server, status, code: error });
    const nonce = readNonce(header('DPoP-Nonce'));
    if (nonce) await memory.setNonce(server, nonce);
  }

  /** The request with this proof never left, or was broken off. */
  function lost(jti: string): void {
    turns.seen(jti);
  }

  /** What is known of a proof; waits for its answer, for so many milliseconds at most. */
  async function seen(jti: string, patience: number): Promise<Seen | undefined> {
    const proof = proofs.get(jti);
    if (!proof || proof.answer) return proof;
    await new Promise<void>((resolve) => {
      waiting.set(jti, [...(waiting.get(jti) ?? []), resolve]);
      setTimeout(resolve, patience);
    });
    return proofs.get(jti);
  }

  /** The proof, if this page's request to this URL is one that it was made for. */
  function madeFor(jti: string, initiator: string, url: string): Seen | undefined {
    const proof = proofs.get(jti);
    return proof?.agent === initiator && proof.server === new URL(url).origin ? proof : undefined;
  }

  function retried(jti: string): void {
    const proof = proofs.get(jti);
    if (proof) proofs.set(jti, { ...proof, retried: true });
  }

  /** The vault is locked: no token stays in memory. What has not left by now leaves without one. */
  function forgetTokens(): void {
    for (const [jti, proof] of proofs) proofs.set(jti, { ...proof, accessToken: '' });
  }

  return { minted, sent, answered, lost, seen, madeFor, retried, forgetTokens };
}

export type Observation = ReturnType<typeof createObservation>;
