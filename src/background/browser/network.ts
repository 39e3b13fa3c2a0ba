import { METADATA_MS, PROBE_MS, SERVED_MS, STREAM_MS, TOKEN_REPLY_MS } from '../../model/lifetimes.ts';
import { originOf } from '../../model/origin.ts';
import { LARGEST_REPLY, LARGEST_SERVED } from '../../model/quotas.ts';
import { type ErrorCode, HoldfastError } from '../../protocol/error.ts';
import type { Network, ProbeReply, Reply } from '../../sessions/ports.ts';
import type { createOriginRules } from '../rules/origin.ts';

interface Read {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Blob;
}

interface Answer {
  readonly reply: Response;
  readonly failed: (code: ErrorCode, what: string) => (cause: unknown) => never;
}

const BROKEN = 'broke off its reply';

/** An empty line ends an event (HTML, §9.2.6). */
const END_OF_EVENT = /(?:\r\n|\n|\r)(?:\r\n|\n|\r)/;

/** The longest replies that are read, in bytes, and the longest waits for them, in milliseconds. */
export const LIMITS = {
  bytes: LARGEST_REPLY,
  servedBytes: LARGEST_SERVED,
  metadata: METADATA_MS,
  token: TOKEN_REPLY_MS,
  probe: PROBE_MS,
  served: SERVED_MS,
  stream: STREAM_MS,
} as const;

/** HTTP as Holdfast itself speaks it: no credentials, no cache, no redirects, limited in size and time. */
export function createNetwork(
  { withOrigin }: Pick<ReturnType<typeof createOriginRules>, 'withOrigin'>,
  limits: { readonly [limit in keyof typeof LIMITS]: number } = LIMITS,
): Network {
  return {
    async get(url) {
      const { status, headers, body } = await read(url, { headers: { Accept: 'application/json' } }, limits.metadata);
      // Only a plain answer can hold metadata (RFC 8414 §3.2); a Response cannot be made of every status.
      if (status !== 200) throw new HoldfastError('metadata_invalid', `${originOf(url)} answered ${status}.`);
      return new Response(body, { headers });
    },

    async post(url, agent, headers, form) {
      const init = { method: 'POST', headers, body: form };
      const { status, headers: fields, body } = await withOrigin(url, agent, () => read(url, init, limits.token));
      return { status, body: await body.text(), header: (name) => fields.get(name) };
    },

    probe: (url, agent, init) => withOrigin(url, agent, () => replyTo(url, init)),

    firstEvent: (url, agent, headers) => withOrigin(url, agent, () => firstEventOf(url, headers)),
  };

  async function replyTo(url: string, init: RequestInit): Promise<ProbeReply> {
    const { reply, failed } = await answer(url, init, limits.probe);
    const { ok, status, headers } = reply;
    const body = ok ? await beginningOf(reply) : await limited(reply).catch(failed('reply_truncated', BROKEN));
    return { status, body: await body.text(), header: (name) => headers.get(name), fields: [...headers.values()] };
  }

  /** What is served may be a stream without end, or break off: what has come within a moment counts. */
  async function beginningOf({ body }: Response): Promise<Blob> {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const reader = body?.getReader();
    const stop = (): void => {
      reader?.cancel().catch(() => undefined);
    };
    const timer = setTimeout(stop, limits.served);
    let size = 0;
    while (reader && size < limits.servedBytes) {
      const { value } = await reader.read().catch(() => ({ value: undefined }));
      if (!value) break;
      size += value.byteLength;
      chunks.push(value);
    }
    clearTimeout(timer);
    stop();
    return new Blob(chunks);
  }

  /** A stream goes on without end: it is left after its first event. */
  async function firstEventOf(url: string, headers: Readonly<Record<string, string>>): Promise<Reply> {
    const { reply, failed } = await answer(url, { headers }, limits.stream);
    const { status, headers: fields } = reply;
    const decoder = new TextDecoder();
    const begun = async (): Promise<string> => {
      let text = '';
      for await (const chunk of reply.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        if (END_OF_EVENT.test(text) || text.length > limits.bytes) break; // which cancels the stream
      }
      return text;
    };
    const body = await begun().catch(failed('reply_truncated', BROKEN));
    return { status, body, header: (name) => fields.get(name) };
  }

  /** A reply that was read to its end. */
  async function read(url: string, init: RequestInit, patience: number): Promise<Read> {
    const { reply, failed } = await answer(url, init, patience);
    const { status, headers } = reply;
    return { status, headers, body: await limited(reply).catch(failed('reply_truncated', BROKEN)) };
  }

  /** The beginning of a reply, and what to throw when the rest of it fails. */
  async function answer(url: string, init: RequestInit, patience: number): Promise<Answer> {
    const origin = originOf(url);
    const signal = AbortSignal.timeout(patience);
    const failed = (code: ErrorCode, what: string) => (cause: unknown) => {
      if (cause instanceof HoldfastError) throw cause;
      if (signal.aborted) throw new HoldfastError('server_timeout', `${origin} took longer than ${patience} ms.`);
      throw new HoldfastError(code, `${origin} ${what}.`, { cause });
    };
    const reply = await fetch(url, {
      ...init,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'manual',
      signal,
    }).catch(failed('server_unreachable', 'could not be reached'));
    const { status } = reply;
    if (reply.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
      leave(reply);
      throw new HoldfastError('server_redirected', `${origin} redirects, and no credential follows.`);
    }
    return { reply, failed };
  }

  async function limited(reply: Response): Promise<Blob> {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    for await (const chunk of reply.body ?? []) {
      size += chunk.byteLength;
      if (size > limits.bytes)
        throw new HoldfastError('reply_too_large', `The reply is longer than ${limits.bytes} bytes.`);
      chunks.push(chunk);
    }
    return new Blob(chunks);
  }
}

/** What is not read. That it could not be left is of no matter. */
function leave({ body }: Response): void {
  body?.cancel().catch(() => undefined);
}
