import type { PageReply, PageRequest } from '../messages/page.ts';
import { CHALLENGE } from './answer.ts';
import type { Channel } from './channel.ts';

const NONCE = 'dpop-nonce';

type Proof = Extract<PageReply, { kind: 'proof' }>;

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

  async function take(token: string, method: string, url: string): Promise<PageReply> {
    const key = `${token} ${method} ${url}`;
    const line = lines.get(key) ?? { path: pathOf(url), used: -Infinity, rotates: false };
    lines.set(key, line);
    const often = now() - line.used < AHEAD;
    line.used = now();
    const ready = line.ahead && now() - line.ahead.at < AHEAD ? line.ahead.proof : undefined;
    delete line.ahead;
    const reply = await (ready ?? ask(token, method, url));
    if (often && !line.rotates && reply.kind === 'proof' && reply.ahead) order(line, token, method, url, reply.nonce);
    return reply;
  }

  /** What to do about a refusal: a proof for the one retry, if a new one may help, or how the refusal reads. */
  async function again(
    token: string,
    method: string,
    url: string,
    { jti }: Proof,
    { headers }: Response,
  ): Promise<PageReply> {
    drop();
    const nonce = headers.get(NONCE);
    const challenge = headers.get(CHALLENGE);
    return ask(token, method, url, { jti, ...(nonce && { nonce }), ...(challenge && { challenge }) });
  }

  /** An answer came, perhaps with a nonce for the next request. */
  function answered(token: string, method: string, url: string, { nonce, ahead }: Proof, { headers }: Response): void {
    const line = lines.get(`${token} ${method} ${url}`);
    if (!line) return;
    const given = headers.get(NONCE) ?? undefined;
    line.rotates = given !== undefined && given !== nonce;
    if (!line.rotates || !ahead || line.ahead?.nonce === given) return;
    forget(line);
    order(line, token, method, url, given);
  }

  const any = (): boolean => lines.size > 0;

  /** Whether a token may still be presented at a URL: a request of the page's own there has to wait until it is not. */
  function isWarm(url: string): boolean {
    for (const line of lines.values()) if (now() - line.used < WARM && line.path === pathOf(url)) return true;
    return false;
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

  function order(line: Line, token: string, method: string, url: string, nonce: string | undefined): void {
    line.ahead = { proof: ask(token, method, url), at: now(), nonce };
  }

  async function ask(
    token: string,
    method: string,
    url: string,
    refused?: Extract<PageRequest, { kind: 'prove' }>['refused'],
  ): Promise<PageReply> {
    const request = { kind: 'prove', token, method, url, ...(refused && { refused }) } as const;
    return channel.ask(request);
  }

  return { take, again, answered, any, isWarm, drop };
}

export type Proofs = ReturnType<typeof createProofs>;

const pathOf = (url: string): string => url.replace(/[?#].*$/s, '');
