import { failureOf } from '../../model/activity.ts';
import { isAccessHandle, mentionsHandle, readToken } from '../../model/handle.ts';
import { PROOF_OUT_MS } from '../../model/lifetimes.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import { MOST_PROOFS } from '../../model/quotas.ts';
import { isScheme } from '../../model/scheme.ts';
import type { LiveSession, SessionId } from '../../model/session.ts';
import type { AccessToken } from '../../model/tokens.ts';
import { dpopChallenge } from '../../protocol/dpop/challenge.ts';
import { readNonce } from '../../protocol/dpop/nonce.ts';
import type { ReadProof } from '../../protocol/dpop/read-proof.ts';
import { isInTime, skewOf } from '../../protocol/http/clock.ts';
import type { Header } from '../../protocol/http/header.ts';
import type { McpHeaders } from '../../protocol/mcp/headers.ts';
import { keep } from '../../structures/bounded-map.ts';
import { type Credential, fieldValue, type Ports } from '../ports.ts';
import { createSeldom } from '../seldom.ts';
import type { Marks } from '../slots/marks.ts';
import { slotOf } from '../slots/presentation-slot.ts';
import type { SlotQueue } from '../slots/slot-queue.ts';
import { noteRepetition, repeats } from '../tokens/repetition.ts';
import type { Breaker } from './breaker.ts';
import { readSchemeAnswer, type SchemeAnswer, type Schemes } from './token-scheme.ts';

/** What was made for one request of a page: a proof or, at a resource that takes none, the right to the token alone. */
export interface Minted {
  readonly session: SessionId;
  readonly agent: Origin;
  readonly tab: number;
  readonly resource: string;
  /** The header field that the token is put into, and the scheme before it. */
  readonly header: Credential['header'];
  readonly scheme: Credential['scheme'];
  readonly state: LiveSession['state'];
  /** The origin of the resource. */
  readonly server: string;
  readonly method: string;
  /** Where the request goes, query and all. */
  readonly url: string;
  /** Undefined once the vault was locked: what has not left by then leaves without one. */
  readonly accessToken: AccessToken | undefined;
  readonly nonce: string | undefined;
  /** What stands in it; undefined where there is none. */
  readonly made: ReadProof | undefined;
  /** The fragment that its request's URL has; undefined where its rule has none. */
  readonly mark: string | undefined;
  /** Whether it was made before its page had a request for it. */
  readonly isAhead: boolean;
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
  /** When it was made, in milliseconds: the rule for its token stood by then. */
  readonly madeAt: number;
  readonly wire: Wire;
  /** Whether its request was made once more already. */
  readonly isRetried: boolean;
}

/** A request of a page, as the network tells of it. */
interface Requested {
  readonly tab: number;
  /** The origin of the page that made it. */
  readonly initiator: Origin;
  readonly method: string;
  readonly url: string;
}

/** A request with a proof or a token, as it left. What stands in its proof is the page's word: Holdfast knows what it made. */
export interface Leaving extends Requested {
  readonly header: Header;
  readonly mcp: McpHeaders;
}

interface Parts {
  readonly slots: SlotQueue;
  readonly breaker: Breaker;
  readonly schemes: Schemes;
  readonly marks: Pick<Marks, 'doWithout'>;
  /** A server has redirected a request, from one URL to another. */
  readonly redirected: (session: SessionId, from: string, to: string) => Promise<void>;
  /** A request that nobody asked for has left with the token of a session. */
  readonly unasked: (session: SessionId) => void;
}

/**
 * What left and what came back, matched by `jti`. Counts, results and nonces come from here, never from what a page says.
 */
export function createProofLog(
  { usage, memory, rules, record, now }: Pick<Ports, 'usage' | 'memory' | 'rules' | 'record' | 'now'>,
  { slots, breaker, schemes, marks, redirected, unasked }: Parts,
) {
  const proofs = new Map<string, Seen>();
  /** Those that have not left, by their `jti`: each request that leaves is compared with them. */
  const unseen = new Set<string>();
  const waiting = new Map<string, (() => void)[]>();
  const isNew = createSeldom(now);

  function minted(jti: string, proof: Minted): void {
    const made: Seen = { ...proof, jti, madeAt: now(), wire: { state: 'waiting' }, isRetried: false };
    const evicted = keep(proofs, jti, made, MOST_PROOFS, ({ agent }) => agent === made.agent);
    if (evicted !== undefined) unseen.delete(evicted);
    unseen.add(jti);
  }

  function forget(jti: string): void {
    proofs.delete(jti);
    unseen.delete(jti);
  }

  function saw(jti: string, wire: Wire): void {
    const proof = proofs.get(jti);
    if (proof) proofs.set(jti, { ...proof, wire });
    unseen.delete(jti);
  }

  /** What waits for a request like this one, the oldest first. */
  function waitingFor(request: Requested): Seen[] {
    const found: Seen[] = [];
    for (const jti of unseen) {
      const proof = proofs.get(jti);
      if (proof && isForRequest(proof, request)) found.push(proof);
    }
    return found;
  }

  /**
   * A request with this proof has left.
   *
   * @returns whether that is what the proof was made for: a page can put the `jti` that it reads into a header of its own,
   *   and what its own server answers is nothing of another's
   */
  function sent(jti: string, { tab, initiator, url, header, mcp }: Leaving): boolean {
    const proof = madeFor(jti, initiator, url);
    if (!proof) return false;
    slots.seen(jti);
    const authorization = header('Authorization') ?? '';
    const matched = authorization === `DPoP ${proof.accessToken}`;
    saw(jti, { state: 'left', matched, sentAt: now() });
    if (matched) usage.sent(proof.session, proof.made && { at: now(), ...proof.made }, mcp);
    else if (tab === proof.tab && url === proof.url && isOverruled(proof, authorization)) noteOverruled(proof);
    return true;
  }

  /**
   * Whether a request left with another credential than the one that a rule puts into it, whatever its page had set there. Only
   * another extension can do that. What the page itself holds says that the rule was not applied.
   */
  function isOverruled(proof: Seen, authorization: string): boolean {
    const token = readToken(authorization)?.token ?? '';
    return token !== proof.accessToken && !isAccessHandle(token) && stood(proof);
  }

  /** Whether its rule has stood since it was made. */
  function stood({ header, scheme, accessToken, session, mark, tab, agent, url, madeAt }: Seen): boolean {
    if (accessToken === undefined) return false;
    return rules.stands(slotOf({ tab, agent }, url), { header, scheme, accessToken, session, mark }, madeAt);
  }

  function noteOverruled({ agent, session, server }: Seen): void {
    if (isNew(session)) record({ at: now(), agent, session, server, kind: 'overruled' });
  }

  /**
   * A request has left with a token and no proof. The first that it can have been made for is meant, if there is one: one that was
   * broken off before it left waits for ever.
   */
  function sentAsBearer(leaving: Leaving): string | undefined {
    const made = likeliest(waitingFor(leaving).filter((one) => isTokenOf(one, leaving.header)));
    if (!made) return undefined;
    usage.sent(made.session, undefined, leaving.mcp);
    return left(made, true);
  }

  /**
   * Which of those that wait a request is made for: the first that a request waits for, else the first that was made ahead. One that was
   * broken off before it left waits for ever, and comes last; one that was made ahead and not used is for none.
   */
  function likeliest(waits: readonly Seen[]): Seen | undefined {
    return (
      waits.find((one) => isFresh(one) && !one.isAhead) ??
      waits.find(isFresh) ??
      waits.findLast(({ isAhead }) => !isAhead)
    );
  }

  /**
   * A request has left with a mark, and with its handle still: on a busy machine, the rule had gone before. Its server refuses it, and it
   * is made once more. Where the rule stood, the browser matches no marks.
   */
  function sentTooLate(leaving: Leaving, mark: string): string | undefined {
    const waits = waitingFor(leaving).filter((one) => one.mark === mark && hasHandle(one, leaving.header));
    const made = waits.find(({ isAhead }) => isAhead) ?? waits[0];
    if (!made) return undefined;
    if (waits.every(stood)) marks.doWithout(made.agent);
    return left(made, false);
  }

  function left(made: Seen, matched: boolean): string {
    saw(made.jti, { state: 'left', matched, sentAt: now() });
    slots.seen(made.jti);
    return made.jti;
  }

  /**
   * A request has left with a bearer token that Holdfast was not asked to put into it, while the rule stood for another: that of a
   * frame below the agent's site, or one that went around the page's `fetch`.
   *
   * @returns whether it is one
   */
  function leftUnasked({ tab, header }: Omit<Leaving, 'mcp'>): boolean {
    const same = [...proofs.values()].filter((one) => isTokenOf(one, header));
    // Two agents may have been given the same key.
    const made = same.find((one) => one.tab === tab) ?? same[0];
    if (!made) return false;
    noteUnasked(made);
    return true;
  }

  function noteUnasked({ agent, session, server }: Seen): void {
    if (isNew(`unasked ${session}`)) {
      usage.leftUnasked(session);
      record({ at: now(), agent, session, server, kind: 'unasked' });
    }
    unasked(session);
  }

  /** What Holdfast gave a page for a request that leaves with this token and no proof, the oldest first. */
  function madeForBearer(leaving: Omit<Leaving, 'mcp'>): Seen[] {
    return [...proofs.values()].filter((one) => isForRequest(one, leaving) && isTokenOf(one, leaving.header));
  }

  /** @param fields the values of all header fields of the answer */
  async function answered(jti: string, status: number, header: Header, fields: readonly string[] = []): Promise<void> {
    const proof = proofs.get(jti);
    if (!proof || proof.wire.state === 'waiting') return;
    const { session, agent, server, scheme, state, resource, url, wire } = proof;
    const said = readSchemeAnswer(status, header);
    const { error } = said;
    const to = redirectOf(status, header('Location'), url);
    const answer = { ...said, skew: skewOf(header('Date'), now()) };
    saw(jti, { ...wire, state: 'answered', answer, sentOnTo: to });
    if (to) await redirected(session, url, to);
    // What a plain token is answered does not tell how the resource takes bound ones.
    if (state === 'bound' && isScheme(scheme)) await schemes.answered(resource, scheme, said);
    for (const wake of waiting.get(jti) ?? []) wake();
    waiting.delete(jti);
    // Its rule had gone: that its server refuses a handle says nothing of the session.
    if (proof.mark && !wire.matched) return;

    const isSound = said.dpopError === 'invalid_dpop_proof' && isInOrder(proof, header, answer.skew);
    usage.answered(session, { at: now(), status, error }, server);
    if (isSound) usage.proofRefused(session, server);
    if (error === 'use_dpop_nonce') usage.demandsNonce(session);
    // A first challenge is no refusal; one that answers the nonce that was just given is.
    const challenged = error === 'use_dpop_nonce' && !proof.isRetry;
    if (!challenged) breaker.answered(session, status, wire.sentAt);
    const refused = status === 401 || status === 403 || status >= 500 || error !== undefined;
    const line = { at: now(), agent, session, server, status };
    if (challenged) record({ ...line, kind: 'challenged', code: error });
    else if (refused)
      record({ ...line, kind: failureOf(status, error), code: isSound ? 'sound_proof_refused' : error });
    else record({ ...line, kind: scheme === 'DPoP' ? 'proved' : 'presented' });
    const nonce = readNonce(header('DPoP-Nonce'));
    if (nonce) await memory.setNonce(server, nonce);
    const { accessToken } = proof;
    if (accessToken !== undefined && fields.some((value) => repeats(value, accessToken))) {
      await noteRepetition({ usage, record }, { at: now(), agent, session, server });
    }
  }

  /** The request with this proof got no answer. @param isByPage whether its page has broken it off */
  function lost(jti: string, isByPage: boolean): void {
    slots.gone(jti);
    const proof = proofs.get(jti);
    if (!isByPage && proof?.wire.state === 'left') noteUnserved(proof);
  }

  /**
   * A request did not leave. Which of those that wait it was for, nobody can tell; where a token is presented without a proof, one is
   * as good as the other.
   *
   * @param isSilence whether its server was not there, for its preflight or for itself
   */
  function unsent(request: Requested, isSilence: boolean): void {
    const waits = waitingFor(request).filter(isFresh);
    const made = likeliest(waits);
    if (!made) return;
    if (made.scheme !== 'DPoP') {
      slots.gone(made.jti);
      forget(made.jti);
    }
    if (isSilence && waits.every(({ session }) => session === made.session)) noteUnserved(made);
  }

  /** Its page gives back what was made ahead. A right that has left nevertheless was another document's, or nobody has asked for what left. */
  function dropped(jti: string): void {
    slots.gone(jti);
    const right = proofs.get(jti);
    if (!right?.mark) return;
    if (unseen.has(jti)) {
      forget(jti);
      return;
    }
    const other = waitingFor({ ...right, initiator: right.agent }).find(({ mark }) => mark === right.mark);
    if (other) saw(other.jti, right.wire);
    else noteUnasked(right);
  }

  /** Whether the request that it was made for may still be on its way. */
  const isFresh = ({ madeAt }: Seen): boolean => madeAt + PROOF_OUT_MS > now();

  function noteUnserved({ agent, session, server }: Seen): void {
    usage.answered(session, { at: now() }, server);
    record({ at: now(), agent, session, server, kind: 'unserved' });
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

  return {
    minted,
    sent,
    sentAsBearer,
    sentTooLate,
    leftUnasked,
    answered,
    lost,
    dropped,
    unsent,
    seen,
    madeFor,
    madeForBearer,
    stood,
    retried,
    forgetTokens,
  };
}

const hasHandle = ({ header }: Seen, left: Header): boolean => mentionsHandle(left(header) ?? '');

const isForRequest = ({ agent, tab, method, url }: Seen, request: Requested): boolean =>
  agent === request.initiator && tab === request.tab && method === request.method && url === request.url;

/** Whether a request left with this token, and without a proof. */
const isTokenOf = ({ header, scheme, accessToken }: Seen, left: Header): boolean =>
  scheme !== 'DPoP' && accessToken !== undefined && left(header) === fieldValue({ scheme, accessToken });

/**
 * Whether nothing is wrong with a proof that was refused, as far as Holdfast knows: it left with its token, for the URL that was asked, by
 * the server's clock, and signed as the server takes it.
 */
function isInOrder({ wire, made, clockOffset }: Seen, header: Header, skew: number | undefined): boolean {
  const algorithms = dpopChallenge(header('WWW-Authenticate'))?.parameters.algs?.split(' ');
  const isTaken = algorithms === undefined || algorithms.some((algorithm) => algorithm === made?.header.alg);
  const isSentOn = wire.state === 'answered' && wire.sentOnTo !== undefined;
  return wire.state !== 'waiting' && wire.matched && !isSentOn && isTaken && isInTime(skew, clockOffset);
}

/** The target of a redirect that keeps method and body: 307 or 308 (RFC 9110 §15.4.8, §15.4.9). */
function redirectOf(status: number, location: string | null, from: string): string | undefined {
  if ((status !== 307 && status !== 308) || location === null || !URL.canParse(location, from)) return undefined;
  return new URL(location, from).href;
}

export type ProofLog = ReturnType<typeof createProofLog>;
