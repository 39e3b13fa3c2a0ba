import type { PageRequest, Proof, ReplyTo } from '../messages/page.ts';
import { AHEAD_MS, WARM_MS } from '../model/lifetimes.ts';
import { CHALLENGE, fieldOf, NONCE } from './answer.ts';
import type { Channel } from './channel.ts';

/** A request that wants a proof: what it presents, its method and where it goes. */
export type Wanted = Omit<ProofRequest, 'refused'>;

type ProofRequest = Extract<PageRequest, { kind: 'prove' }>;
type Refused = ProofRequest['refused'];

/** Requests of one kind to one URL. It is kept for as long as a rule may present a token there. */
interface Line {
  readonly path: string;
  ahead?: { readonly proof: Promise<ReplyTo<'prove'>>; readonly at: number; readonly nonce: string | undefined };
  /** How many proofs are waited for: their rule may stand already. */
  waiting: number;
  /** When a proof was wanted last, or came. */
  used: number;
  /** The server gave a new nonce with its last answer: a proof made before the next answer would be stale. */
  rotates?: boolean;
}

/**
 * Proofs, asked of the background. For an agent that calls again and again, the next proof is made ahead, so that the
 * way to the background is not on the request's path.
 */
export function createProofs(channel: Channel, now: () => number) {
  const lines = new Map<string, Line>();

  async function take(wanted: Wanted): Promise<ReplyTo<'prove'>> {
    const line = lineOf(wanted);
    const often = now() - line.used < AHEAD_MS;
    line.used = now();
    const ready = line.ahead && now() - line.ahead.at < AHEAD_MS ? line.ahead.proof : undefined;
    delete line.ahead;
    const reply = await (ready ?? ask(wanted));
    if (often && !line.rotates && reply.kind === 'proof' && reply.ahead) order(line, wanted, reply.nonce);
    return reply;
  }

  /** After a refusal, or a request that did not leave: a proof for the one retry, if it can help, or the challenge to show. */
  async function again(wanted: Wanted, { jti }: Proof, response?: Response): Promise<ReplyTo<'prove'>> {
    drop();
    if (!response) return ask(wanted, { jti });
    const { redirected, url } = response;
    const refused = { jti, nonce: fieldOf(response, NONCE), challenge: fieldOf(response, CHALLENGE) };
    // A proof for the first URL is none where the server sent it on to. The background tells whether that is the session's.
    return ask({ ...wanted, ...(redirected && { url }) }, refused);
  }

  async function ask(wanted: Wanted, refused?: Refused): Promise<ReplyTo<'prove'>> {
    const line = lineOf(wanted);
    line.waiting += 1;
    const reply = await channel.ask({ ...wanted, refused });
    line.waiting -= 1;
    line.used = now();
    return reply;
  }

  function lineOf(wanted: Wanted): Line {
    tidy();
    const key = Object.values(wanted).join(' ');
    const line = lines.get(key) ?? {
      path: wanted.url.replace(/[?#].*/s, ''),
      waiting: 0,
      used: -Infinity,
    };
    lines.set(key, line);
    return line;
  }

  /** An answer came, perhaps with a nonce for the next request. */
  function answered(wanted: Wanted, { nonce, ahead }: Proof, response: Response): void {
    const line = lineOf(wanted);
    const given = fieldOf(response, NONCE);
    line.rotates = given !== undefined && given !== nonce;
    if (line.rotates && ahead && line.ahead?.nonce !== given) {
      forget(line);
      order(line, wanted, given);
    }
  }

  const any = (): boolean => lines.size > 0;

  /** Where a token may still be presented to a URL, as the rules there match: a request of the page's own has to wait. */
  function warm(url: string): string[] {
    tidy();
    const paths = [...lines.values()].map(({ path }) => path);
    return paths.filter((path) => url.startsWith(path) && !/^[\w.%-]/.test(url.slice(path.length)));
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
      if (reply.kind === 'proof') channel.tell({ kind: 'dropped', jtis: [reply.jti] });
    });
  }

  function order(line: Line, wanted: Wanted, nonce: string | undefined): void {
    line.ahead = { proof: ask(wanted), at: now(), nonce };
  }

  return { take, again, answered, any, warm, drop };
}

export type Proofs = ReturnType<typeof createProofs>;
