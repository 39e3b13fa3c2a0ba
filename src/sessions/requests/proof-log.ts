import { type Origin, originOf } from '../../model/origin.ts';
import type { ProofView } from '../../model/proof-view.ts';
import { MOST_PROOFS } from '../../model/quotas.ts';
import type { Scheme } from '../../model/scheme.ts';
import type { SessionId } from '../../model/session.ts';
import type { AccessToken } from '../../model/tokens.ts';
import { readNonce } from '../../protocol/dpop/nonce.ts';
import { skewOf } from '../../protocol/http/clock.ts';
import type { Header } from '../../protocol/http/header.ts';
import type { McpHeaders } from '../../protocol/mcp/headers.ts';
import { keep } from '../../structures/bounded-map.ts';
import type { Ports } from '../ports.ts';
import type { Breaker } from './breaker.ts';
import type { SlotQueue } from './slot-queue.ts';
import { readSchemeAnswer, type SchemeAnswer, type Schemes } from './token-scheme.ts';

/** What was made for one request of a page: a proof or, at a resource that takes none, the right to the token alone. */
export interface Minted {
  readonly session: SessionId;
  readonly agent: Origin;
  readonly tab: number;
  readonly resource: string;
  readonly scheme: Scheme;
  /** The origin of the resource. */
  readonly server: string;
  /** Where the request goes, query and all. */
  readonly url: string;
  /** Undefined once the vault was locked: what has not left by then leaves without one. */
  readonly accessToken: AccessToken | undefined;
  readonly nonce: string | undefined;
  /** The offset, in milliseconds, with which its time was made. */
  readonly clockOffset: number;
  /** Whether it was made for the retry of a request that was refused. */
  readonly isRetry: boolean;
}

/** A request that has left. */
interface Left {
  /** In milliseconds. */
  readonly sentAt: number;
  /** Whether it left with the token that the proof's `ath` names. */
  readonly matched: boolean;
}

/** What the network saw of a request. */
type Wire =
  | { readonly state: 'waiting' }
  | ({ readonly state: 'left' } & Left)
  | ({
      readonly state: 'answered';
      readonly answer: SchemeAnswer & { readonly skew: number | undefined };
      /** The URL that its server has redirected it to. */
      readonly sentOnTo: string | undefined;
    } & Left);

/** What is known of one proof. */
export interface Seen extends Minted {
  readonly jti: string;
  readonly wire: Wire;
  /** Whether its request was made once more already. */
  readonly isRetried: boolean;
}

/** A request with a proof, as it left. */
export interface Leaving {
  readonly tab: number;
  /** The origin of the page that made it. */
  readonly initiator: Origin;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly proof: ProofView;
  readonly mcp: McpHeaders;
}

interface Parts {
  readonly slots: SlotQueue;
  readonly breaker: Breaker;
  readonly schemes: Schemes;
  /** A server has redirected a request, from one URL to another. */
  readonly redirected: (session: SessionId, from: string, to: string) => Promise<void>;
}

/**
 * What left and what came back, matched by `jti`. Counts, results and nonces come from here, never from what a page says.
 */
export function createProofLog(
  { usage, memory, record, now }: Pick<Ports, 'usage' | 'memory' | 'record' | 'now'>,
  { slots, breaker, schemes, redirected }: Parts,
) {
  const proofs = new Map<string, Seen>();
  const waiting = new Map<string, (() => void)[]>();

  function minted(jti: string, proof: Minted): void {
    keep(proofs, jti, { ...proof, jti, wire: { state: 'waiting' }, isRetried: false }, MOST_PROOFS);
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
    slots.seen(jti);
    const matched = authorization === `DPoP ${proof.accessToken}`;
    proofs.set(jti, { ...proof, wire: { state: 'left', matched, sentAt: now() } });
    if (matched) usage.sent(proof.session, left, mcp);
    return true;
  }

  /** A request has left with a token and no proof. The first that it can have been made for is meant, if there is one. */
  function sentAsBearer({ tab, initiator, url, authorization, mcp }: Omit<Leaving, 'proof'>): string | undefined {
    if (!authorization?.startsWith('Bearer ')) return undefined;
    for (const made of proofs.values()) {
      if (made.scheme !== 'Bearer' || made.wire.state !== 'waiting') continue;
      const isMeant = made.tab === tab && made.agent === initiator && made.url === url;
      if (!isMeant || authorization !== `Bearer ${made.accessToken}`) continue;
      proofs.set(made.jti, { ...made, wire: { state: 'left', matched: true, sentAt: now() } });
      slots.seen(made.jti);
      usage.sent(made.session, undefined, mcp);
      return made.jti;
    }
    return undefined;
  }

  async function answered(jti: string, status: number, header: Header): Promise<void> {
    const proof = proofs.get(jti);
    if (!proof || proof.wire.state === 'waiting') return;
    const { session, agent, server, scheme, resource, url, wire } = proof;
    const said = readSchemeAnswer(status, header);
    const { error } = said;
    const to = redirectOf(status, header('Location'), url);
    const answer = { ...said, skew: skewOf(header('Date'), now()) };
    proofs.set(jti, { ...proof, wire: { ...wire, state: 'answered', answer, sentOnTo: to } });
    if (to) await redirected(session, url, to);
    await schemes.answered(resource, scheme, said);
    for (const wake of waiting.get(jti) ?? []) wake();
    waiting.delete(jti);

    usage.answered(session, { at: now(), status, error });
    if (error === 'use_dpop_nonce') usage.demandsNonce(session);
    // A first challenge is no refusal; one that answers the nonce that was just given is.
    const challenged = error === 'use_dpop_nonce' && !proof.isRetry;
    if (!challenged) breaker.answered(session, status, wire.sentAt);
    const refused = status === 401 || status === 403 || error !== undefined;
    const line = { at: now(), agent, session, server, status };
    if (challenged) record({ ...line, kind: 'challenged', code: error });
    else if (refused) record({ ...line, kind: 'refused', code: error });
    else record({ ...line, kind: scheme === 'DPoP' ? 'proved' : 'presented' });
    const nonce = readNonce(header('DPoP-Nonce'));
    if (nonce) await memory.setNonce(server, nonce);
  }

  /** The request with this proof never left, or was broken off. */
  function lost(jti: string): void {
    slots.seen(jti);
  }

  /** What is known of a proof. Waits for its answer. @param patience maximum wait, in milliseconds */
  async function seen(jti: string, patience: number): Promise<Seen | undefined> {
    const proof = proofs.get(jti);
    if (!proof || proof.wire.state === 'answered') return proof;
    await new Promise<void>((resolve) => {
      waiting.set(jti, [...(waiting.get(jti) ?? []), resolve]);
      setTimeout(resolve, patience);
    });
    return proofs.get(jti);
  }

  /** The proof, if this page's request to this URL is one that it was made for. */
  function madeFor(jti: string, initiator: Origin, url: string): Seen | undefined {
    const proof = proofs.get(jti);
    return proof?.agent === initiator && proof.server === originOf(url) ? proof : undefined;
  }

  function retried(jti: string): void {
    const proof = proofs.get(jti);
    if (proof) proofs.set(jti, { ...proof, isRetried: true });
  }

  /** The vault is locked: no token stays in memory. What has not left by now leaves without one. */
  function forgetTokens(): void {
    for (const [jti, proof] of proofs) proofs.set(jti, { ...proof, accessToken: undefined });
  }

  return { minted, sent, sentAsBearer, answered, lost, seen, madeFor, retried, forgetTokens };
}

/** The target of a redirect that keeps method and body: 307 or 308 (RFC 9110 §15.4.8, §15.4.9). */
function redirectOf(status: number, location: string | null, from: string): string | undefined {
  if ((status !== 307 && status !== 308) || location === null || !URL.canParse(location, from)) return undefined;
  return new URL(location, from).href;
}

export type ProofLog = ReturnType<typeof createProofLog>;
