import { showing } from './answer.ts';
import type { FetchArguments } from './arguments.ts';
import { orAborted } from './fetch.ts';
import { type Call, requestOf } from './intercept.ts';
import type { Natives } from './natives.ts';

/** What a page's answer is to its worker. The body is transferred, and comes as it comes. */
type Told = Pick<Response, 'url' | 'status' | 'ok' | 'statusText' | 'type' | 'redirected'> & {
  readonly headers: [string, string][];
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
};
type Failed = { readonly message: string };

const ASKED = 'method mode credentials cache redirect referrer referrerPolicy integrity keepalive';
const TOLD = 'url status ok statusText type redirected';

/**
 * A page's side: carries out its worker's requests by its own `fetch`. A worker gets what its page would get, and no proof.
 *
 * @param port its other end is the worker's
 */
export function serve(port: MessagePort, fetch: typeof globalThis.fetch): void {
  port.onmessage = async ({ data: [url, init], ports: [reply] }: MessageEvent<[string, RequestInit]>) => {
    const abort = new AbortController();
    if (reply) reply.onmessage = () => abort.abort();
    const told: Told | Failed = await fetch(url, { ...init, signal: abort.signal }).then(
      (response) => ({ ...(picked(response, TOLD) as Told), headers: [...response.headers], body: response.body }),
      ({ message }) => ({ message }),
    );
    reply?.postMessage(told, 'body' in told && told.body ? [told.body] : []);
    reply?.close();
  };
}

/** A page that makes the requests of a worker. */
export interface Page {
  readonly port: MessagePort;
  /** Aborted when the page is no more. */
  readonly gone: AbortSignal;
}

/** A worker's side: its page makes a request in its place. */
export function createErrands(natives: Natives, page: () => Promise<Page>) {
  return async (_: Call['found'], given: FetchArguments): Promise<Response> => {
    const request = requestOf(given, natives);
    const own = given[1]?.body;
    const body = typeof own === 'string' ? own : request.body && (await request.arrayBuffer());
    const init = { ...picked(request, ASKED), headers: [...request.headers], body };
    const { port, gone } = await page();
    const signal = AbortSignal.any([request.signal, gone]);
    const { port1, port2 } = new natives.MessageChannel();
    port.postMessage([request.url, init], [port2]);
    const answer = new Promise<Told>((resolve, reject) => {
      port1.onmessage = ({ data }: MessageEvent<Told | Failed>) =>
        'body' in data ? resolve(data) : reject(new TypeError(data.message));
    });
    const {
      headers,
      body: stream,
      ...members
    } = await orAborted(answer, signal).catch((error) => {
      port1.postMessage(null);
      throw error;
    });
    // An opaque answer has the status 0, which none can be made with.
    const made = { status: members.status || 200, statusText: members.statusText, headers };
    // To abort it is to cancel the page's.
    const whole = stream?.pipeThrough(new natives.TransformStream(), { signal });
    return showing(new natives.Response(whole, made), members);
  };
}

function picked(from: Request | Response, names: string): object {
  return Object.fromEntries(names.split(' ').map((name) => [name, Reflect.get(from, name)]));
}
