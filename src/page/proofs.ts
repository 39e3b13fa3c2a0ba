import type { PageReply, PageRequest } from '../messages/page.ts';
import { CHALLENGE } from './answer.ts';
import type { Channel } from './channel.ts';

const NONCE = 'dpop-nonce';

type Proof = Extract<PageReply, { kind: 'proof' }>;

/** A request that wants a proof: what it presents, its method and where it goes. */
export type Wanted = Omit<Extract<PageRequest, { kind: 'prove' }>, 'refused'>;

/** A proof made ahead is used within this time, in milliseconds; its rule in the network layer stands longer. */
const AHEAD = 2_500;

/** A rule in the network layer stands a little less than this after the last proof, in milliseconds. */
const WARM = 10_000;

interface Line {
  readonly path: string;
  ahead?: { readonly proof: Promise<PageReply>; readonly at: number; readonly nonce: string | undefined };
  used: number;
  /** The server gave a new nonce with its last answer: a proof made before the next answer would be stale. */
  rotates: boolean;
}

/**
 * Proofs, asked of the background. For an agent that calls again and again, the next proof is made ahead, so that the
 * way to the background is not on the request's path.
 */
export function createProofs(channel: Channel, now: () => number) {
  const lines = new Map<string, Line>();

  async function take(wanted: Wanted): Promise<PageReply> {
    tidy();
    const key = keyOf(wanted);
    const line = lines.get(key) ?? { path: pathOf(wanted.url), used: -Infinity, rotates: false };
    lines.set(key, line);
    const often = now() - line.used < AHEAD;
    line.used = now();
    const ready = line.ahead && now() - line.ahead.at < AHEAD ? line.ahead.proof : undefined;
    delete line.ahead;
    const reply = await (ready ?? channel.ask(wanted));
    if (often && !line.rotates && reply.kind === 'proof' && reply.ahead) order(line, wanted, reply.nonce);
    return reply;
  }

  /** What to do about a refusal: a proof for the one retry, if a new one may help, or how the refusal reads. */
  async function again(wanted: Wanted, { jti }: Proof, { headers, redirected, url }: Response): Promise<PageReply> {
    drop();
    const nonce = headers.get(NONCE) ?? undefined;
    const challenge = headers.get(CHALLENGE) ?? undefined;
    // A proof for the first URL is none where the server sent it on to. The background tells whether that is the session's.
    return channel.ask({ ...wanted, ...(redirected && { url }), refused: { jti, nonce, challenge } });
  }

  /** An answer came, perhaps with a nonce for the next request. */
  function answered(wanted: Wanted, { nonce, ahead }: Proof, { headers }: Response): void {
    const line = lines.get(keyOf(wanted));
    if (!line) return;
    const given = headers.get(NONCE) ?? undefined;
    line.rotates = given !== undefined && given !== nonce;
    if (!line.rotates || !ahead || line.ahead?.nonce === given) return;
    forget(line);
    order(line, wanted, given);
  }

  const any = (): boolean => lines.size > 0;

  /** Where a token may still be presented to a URL, as the rules there match: a request of the page's own has to wait. */
  function warm(url: string): string[] {
    tidy();
    const paths = [...lines.values()].map(({ path }) => path);
    return paths.filter((path) => url.startsWith(path) && !/^[\w.%-]/.test(url.slice(path.length)));
  }

  function tidy(): void {
    for (const [key, { used }] of lines) if (now() - used > WARM) lines.delete(key);
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
    line.ahead = { proof: channel.ask(wanted), at: now(), nonce };
  }

  return { take, again, answered, any, warm, drop };
}

export type Proofs = ReturnType<typeof createProofs>;

const keyOf = (wanted: Wanted): string => Object.values(wanted).join(' ');
const pathOf = (url: string): string => url.replace(/[?#].*/s, '');
