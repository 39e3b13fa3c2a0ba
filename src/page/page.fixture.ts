import type { PageReply, PageRequest, Proof, ReplyTo } from '../messages/page.ts';
import { readHandle } from '../model/handle.ts';
import type { Channel } from './channel.ts';
import { wrapFetch } from './fetch.ts';
import { captureNatives, type Scope } from './natives.ts';
import { createProofs } from './proofs.ts';

export const RESOURCE = 'https://mcp.example/mcp';
export const HANDLE = `hf_${'a'.repeat(43)}`;

type Now<T> = T | Promise<T>;

/** A page's `fetch`, wrapped, between a background and servers that are the test's. */
export function createPage() {
  const asked: PageRequest[] = [];
  const sent: Request[] = [];
  const outside = {
    background: (_: PageRequest): Now<PageReply> => ({ kind: 'pass' }),
    server: (_: Request): Now<Response> => new Response(),
  };
  let time = 0;

  const scope = {
    ...{ Headers, Request, Response, URL },
    document: { baseURI: 'https://agent.example/' },
    performance: { now: () => time },
    async fetch(...given: Parameters<typeof fetch>): Promise<Response> {
      const request = new Request(...given);
      sent.push(request);
      return outside.server(request);
    },
  };
  const natives = captureNatives(scope as unknown as Scope, readHandle);
  const channel: Channel = {
    async ask(request) {
      asked.push(request);
      return (await outside.background(request)) as ReplyTo<(typeof request)['kind']>;
    },
    tell: (request) => void channel.ask(request),
  };
  const proofs = createProofs(channel, natives.now);

  return {
    /** What the background and the servers answer. */
    outside,
    /** What the background was asked, and what left. */
    asked,
    sent,
    proofs,
    fetch: wrapFetch(natives, channel, proofs),
    /** A request of the page with its handle. */
    call: (init: RequestInit = {}) => ({ ...init, headers: { authorization: `Bearer ${HANDLE}`, ...init.headers } }),
    pass: (milliseconds: number): void => {
      time += milliseconds;
    },
  };
}

export type TestPage = ReturnType<typeof createPage>;

export const proof = (jti: string, more: Partial<Proof> = {}): PageReply => ({
  kind: 'proof',
  proof: `proof-${jti}`,
  jti,
  ...more,
});

/** A right to a token without a proof, and perhaps further ones. */
export const right = (jti: string, more: Pick<Proof, 'more'> = {}): PageReply =>
  proof(jti, { proof: '', mark: 'hf-mark', ahead: true, ...more });
