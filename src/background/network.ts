import { HoldfastError } from '../protocol/error.ts';
import type { Network } from '../sessions/ports.ts';
import type { createOriginRules } from './rules/origin.ts';

/** The longest reply that is read, in bytes, and the longest wait for it, in milliseconds. */
const LIMITS = { bytes: 512 * 1024, metadata: 10_000, token: 30_000 } as const;

/** HTTP as Holdfast itself speaks it: no credentials, no cache, no redirects, limited in size and time. */
export function createNetwork({ withOrigin }: ReturnType<typeof createOriginRules>): Network {
  return {
    async get(url) {
      return read(url, { headers: { Accept: 'application/json' } }, LIMITS.metadata);
    },

    async post(url, agent, headers, body) {
      const reply = await withOrigin(url, agent, () => read(url, { method: 'POST', headers, body }, LIMITS.token));
      return { status: reply.status, body: await reply.text(), header: (name) => reply.headers.get(name) };
    },
  };
}

/** A reply that was read to its end. */
async function read(url: string, init: RequestInit, patience: number): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(patience);
    const reply = await fetch(url, { ...init, credentials: 'omit', cache: 'no-store', redirect: 'error', signal });
    return new Response(await limited(reply), { status: reply.status, headers: reply.headers });
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    throw new HoldfastError('server_unreachable', `${new URL(url).origin} could not be reached`, { cause });
  }
}

async function limited(reply: Response): Promise<Blob | null> {
  if (!reply.body) return null;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of reply.body) {
    size += chunk.byteLength;
    if (size > LIMITS.bytes)
      throw new HoldfastError('reply_too_large', `The reply is longer than ${LIMITS.bytes} bytes`);
    chunks.push(chunk);
  }
  return new Blob(chunks);
}
