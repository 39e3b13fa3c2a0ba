import type { PageRequest, Proof, ReplyTo } from '../messages/page.ts';
import { AHEAD_MS, RIGHT_AHEAD_MS, WARM_MS } from '../model/lifetimes.ts';
import { CHALLENGE, fieldOf, NONCE } from './answer.ts';
import type { Channel } from './channel.ts';

/** A request that wants a proof: what it presents, its method and where it goes. */
export type Wanted = Omit<ProofRequest, 'refused' | 'ahead' | 'often'>;

type ProofRequest = Extract<PageRequest, { kind: 'prove' }>;

/** Requests of one kind to one URL. It is kept for as long as a rule may present a token there. */
interface Line {
  readonly path: string;
  ahead?: {
    readonly proof: Promise<ReplyTo<'prove'>>;
    /** Since when it is good. */
    at: number;
    readonly nonce?: string | undefined;
  };
  /** How many proofs are waited for: their rule may stand already. */
  waiting: number;
  /** When a proof was wanted last, or came. */
  used: number;
  /** Whether the last was wanted soon after the one before it. */
  often?: boolean;
  /** What its requests have in the place of a proof: no other request gets the token, and what is made ahead is soon over. */
  mark?: string | undefined;
  /** The last answer came so soon that what was made ahead before its request is good for the next. */
  fast?: boolean;
  /** The server gave a new nonce with its last answer: a proof that is made before the next answer is stale then. */
  stale?: boolean;
}

/**
 * Proofs, asked of the background. For an agent that calls again and again, the next proof is made ahead, so that the
 * way to the background is not on the request's path.
 */
export function createProofs(channel: Channel, now: () => number) {
  const lines = new Map<string, Line>();

  /** @param repeatable whether the request can be sent again, should it leave too late for what was made ahead */
  async function take(wanted: Wanted, repeatable = true): Promise<ReplyTo<'prove'>> {
    const line = lineOf(wanted);
    line.often = now() - line.used < AHEAD_MS;
    line.used = now();
    const isReady = repeatable && age(line) < (line.mark ? RIGHT_AHEAD_MS : AHEAD_MS);
    if (!isReady) forget(line);
    const { proof, at } = line.ahead ?? { proof: ask(wanted, atOnce(line)), at: now() };
    delete line.ahead;
    const reply = await proof;
    if (reply.kind !== 'proof') return reply;
    const isInTime = line.mark ? line.fast : !line.stale;
    const [jti, ...more] = reply.more ?? [];
    if (jti) setAhead(line, Promise.resolve({ ...reply, jti, more }), at);
    else if (line.often && isInTime && reply.ahead) order(line, wanted, reply.nonce);
    return reply;
  }

  /** Rights to several requests are asked for where those follow each other at once, one after another. */
  const atOnce = ({ often, fast, waiting }: Line) => often && fast && !waiting && { often };

  /** Of what was made ahead, in milliseconds. */
  const age = ({ ahead }: Line): number => (ahead ? now() - ahead.at : Number.POSITIVE_INFINITY);

  /** After a refusal, or a request that did not leave: a proof for the one retry, if it can help, or the challenge to show. */
  async function again(wanted: Wanted, { jti }: Proof, response?: Response): Promise<ReplyTo<'prove'>> {
    drop();
    if (!response) return ask(wanted, { refused: { jti } });
    const { redirected, url } = response;
    const refused = { jti, nonce: fieldOf(response, NONCE), challenge: fieldOf(response, CHALLENGE) };
    // A proof for the first URL is none where the server sent it on to. The background tells whether that is the session's.
    return ask({ ...wanted, ...(redirected && { url }) }, { refused });
  }

  async function ask(
    wanted: Wanted,
    more?: Pick<ProofRequest, 'ahead' | 'often' | 'refused'> | false,
  ): Promise<ReplyTo<'prove'>> {
    const line = lineOf(wanted);
    line.waiting += 1;
    const reply = await channel.ask({ ...wanted, ...more });
    line.waiting -= 1;
    line.used = now();
    if (reply.kind === 'proof') line.mark = reply.mark;
    return reply;
  }

  function lineOf(wanted: Wanted): Line {
    tidy();
    const key = Object.values(wanted).join(' ');
    const path = wanted.url.replace(/[?#].*/s, '');
    const line = lines.get(key) ?? { path, waiting: 0, used: -Infinity };
    lines.set(key, line);
    return line;
  }

  /** An answer came, perhaps with a nonce for the next request. */
  function answered(wanted: Wanted, { nonce, ahead, mark }: Proof, response: Response): void {
    const line = lineOf(wanted);
    if (mark) {
      line.fast = now() - line.used < RIGHT_AHEAD_MS;
      // The background has seen the request of those rights, and keeps the others from then on.
      if (line.ahead && line.fast) line.ahead.at = line.used;
      else if (line.often && ahead && age(line) >= RIGHT_AHEAD_MS) order(line, wanted);
      return;
    }
    const given = fieldOf(response, NONCE);
    line.stale = given !== undefined && given !== nonce;
    if (line.stale && ahead && line.ahead?.nonce !== given) order(line, wanted, given);
  }

  const any = (): boolean => lines.size > 0;

  /** Where a token may still be presented to a URL, as the rules there match: a request of the page's own has to wait. */
  function warm(url: string): string[] {
    tidy();
    return [...lines.values()]
      .filter(({ mark, path }) => !mark && url.startsWith(path) && !/^[\w.%-]/.test(url.slice(path.length)))
      .map(({ path }) => path);
  }

  function tidy(): void {
    for (const [key, { used, waiting }] of lines) if (!waiting && now() - used > WARM_MS) lines.delete(key);
  }

  /** Gives back what was made ahead: another session's turn has come, or a token changed. */
  function drop(): void {
    for (const line of lines.values()) forget(line);
  }

  function forget(line: Line): void {
    const { ahead } = line;
    delete line.ahead;
    void ahead?.proof.then((reply) => {
      if (reply.kind === 'proof') channel.tell({ kind: 'dropped', jtis: [reply.jti, ...(reply.more ?? [])] });
    });
  }

  function order(line: Line, wanted: Wanted, nonce?: string): void {
    setAhead(line, ask(wanted, { ...atOnce(line), ahead: true }), now(), nonce);
  }

  function setAhead(line: Line, proof: Promise<ReplyTo<'prove'>>, at: number, nonce?: string): void {
    forget(line);
    line.ahead = { proof, at, nonce };
  }

  return { take, again, answered, any, warm, drop };
}

export type Proofs = ReturnType<typeof createProofs>;
