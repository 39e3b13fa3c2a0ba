import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readHandle } from '../model/handle.ts';
import { createErrands, serve } from './carry.ts';
import { captureNatives, type Scope } from './natives.ts';

const RESOURCE = 'https://mcp.example/mcp';
const scope = {
  ...{ fetch, Headers, Request, Response, URL, MessageChannel, TransformStream },
  performance: { now: () => 0 },
};
const natives = captureNatives(scope as unknown as Scope, readHandle, RESOURCE);

/** A worker's way to requests, between which and the servers is its page. */
function createWorker() {
  const { port1, port2 } = new MessageChannel();
  const gone = new AbortController();
  const sent: Request[] = [];
  const outside = { server: async (_: Request): Promise<Response> => new Response() };
  serve(port1, async (...given) => {
    const request = new Request(...given);
    sent.push(request);
    return outside.server(request);
  });
  const errand = createErrands(natives, async () => ({ port: port2, gone: gone.signal }));
  return {
    outside,
    sent,
    gone,
    fetch: (input: string, init?: RequestInit) => errand(undefined, [input, init]),
    close: () => port1.close(),
  };
}

let worker: ReturnType<typeof createWorker>;
beforeEach(() => {
  worker = createWorker();
});
afterEach(() => worker.close());

/** Something that comes later. */
function later<T>() {
  let come: (what: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    come = resolve;
  });
  return { promise, come };
}

const never = ({ signal }: Request): Promise<Response> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('a worker’s request', () => {
  test.each<[string, RequestInit['body'], string]>([
    ['a text', 'text', 'text'],
    ['bytes', new TextEncoder().encode('bytes'), 'bytes'],
    ['a Blob', new Blob(['blob']), 'blob'],
    ['a form', new URLSearchParams({ grant_type: 'a' }), 'grant_type=a'],
    ['nothing', null, ''],
  ])('leaves its page as it was made, with %s', async (_, body, text) => {
    const headers = { authorization: 'Bearer hf_a', 'x-own': 'é' };
    await worker.fetch(RESOURCE, {
      method: 'POST',
      headers,
      body: body ?? null,
      credentials: 'include',
      redirect: 'manual',
    });
    const [request] = worker.sent;
    expect(request).toMatchObject({ method: 'POST', url: RESOURCE, credentials: 'include', redirect: 'manual' });
    expect([request?.headers.get('authorization'), request?.headers.get('x-own')]).toEqual(['Bearer hf_a', 'é']);
    expect(request?.headers.get('content-type')).toBe(
      new Request(RESOURCE, { method: 'POST', body: body ?? null }).headers.get('content-type'),
    );
    expect(await request?.text()).toBe(text);
  });

  test('is answered as its page is, and so is each clone', async () => {
    worker.outside.server = async () => {
      const response = new Response('served', { status: 201, statusText: 'Made', headers: { 'x-own': 'é' } });
      return Object.defineProperties(response, { url: { value: `${RESOURCE}/on` }, redirected: { value: true } });
    };
    const response = await worker.fetch(RESOURCE);
    for (const each of [response.clone(), response]) {
      expect(each).toMatchObject({
        status: 201,
        ok: true,
        statusText: 'Made',
        url: `${RESOURCE}/on`,
        redirected: true,
      });
      expect([each.headers.get('x-own'), await each.text()]).toEqual(['é', 'served']);
    }
  });

  test.each([204, 304])('may be answered with %d and no body', async (status) => {
    worker.outside.server = async () => new Response(null, { status });
    expect(await worker.fetch(RESOURCE)).toMatchObject({ status, body: null });
  });

  test('may get an opaque answer', async () => {
    worker.outside.server = async () => Response.error();
    expect(await worker.fetch(RESOURCE)).toMatchObject({ status: 0, ok: false, type: 'error' });
  });

  test('fails as its page’s does', async () => {
    worker.outside.server = () => Promise.reject(new TypeError('Failed to fetch'));
    await expect(worker.fetch(RESOURCE)).rejects.toThrow(new TypeError('Failed to fetch'));
  });
});

describe('an answer that comes piece by piece', () => {
  const pieces = () => {
    const { promise: ended, come } = later<unknown>();
    const started = later<ReadableStreamDefaultController<Uint8Array>>();
    const body = new ReadableStream<Uint8Array>({ start: started.come, cancel: come });
    worker.outside.server = async () => new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>);
    return { ended, say: async (text: string) => (await started.promise).enqueue(new TextEncoder().encode(text)) };
  };
  const reading = async (init?: RequestInit) => {
    const reader = (await worker.fetch(RESOURCE, init)).body?.getReader();
    return { reader, next: async () => new TextDecoder().decode((await reader?.read())?.value) };
  };

  test('is read as it comes, and ends at its page when the worker ends it', async () => {
    const { say, ended } = pieces();
    const { reader, next } = await reading();
    for (const text of ['one', 'two']) {
      await say(text);
      expect(await next()).toBe(text);
    }
    await reader?.cancel();
    await ended;
  });

  test('is broken off by the worker’s own abort', async () => {
    const { say, ended } = pieces();
    const abort = new AbortController();
    const { next } = await reading({ signal: abort.signal });
    await say('one');
    await next();
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(next()).rejects.toBe(reason);
    await ended;
  });

  test('is broken off when the page is gone', async () => {
    const { say } = pieces();
    const { next } = await reading();
    await say('one');
    await next();
    worker.gone.abort(new TypeError('Failed to fetch'));
    await expect(next()).rejects.toThrow('Failed to fetch');
  });
});

test('a request that its worker aborts is aborted at the page', async () => {
  const { promise, come } = later<void>();
  worker.outside.server = (request) => {
    request.signal.addEventListener('abort', () => come());
    return never(request);
  };
  const abort = new AbortController();
  const answer = worker.fetch(RESOURCE, { signal: abort.signal });
  await expect.poll(() => worker.sent).toHaveLength(1);
  abort.abort(new Error('enough'));
  await expect(answer).rejects.toThrow('enough');
  await promise;
});

test('a request that waits for a page fails when that is gone', async () => {
  worker.outside.server = never;
  const answer = worker.fetch(RESOURCE);
  worker.gone.abort(new TypeError('Failed to fetch'));
  await expect(answer).rejects.toThrow(new TypeError('Failed to fetch'));
});
