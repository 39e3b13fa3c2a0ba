import type { Proof } from '../messages/page.ts';
import type { FetchArguments } from './arguments.ts';
import type { Natives } from './natives.ts';

/** A `fetch` call that can be made with a proof, and once more with another. */
export interface Replay {
  readonly method: string;
  /** Without a fragment: no server sees one. */
  readonly url: string;
  readonly signal: AbortSignal | null | undefined;
  /** False when the body is a stream: it can be sent once, and a 401 surfaces. */
  readonly repeatable: boolean;
  /** Makes the call: with this proof, with none where it is empty, and with its mark; else as the page made it. */
  send(proof?: Proof): Promise<Response>;
}

/**
 * Takes a snapshot of a `fetch` call: making the proof takes a moment, and the page may change what it passed.
 *
 * @throws TypeError as `fetch` rejects with, when the arguments are none
 */
export function snapshot(
  given: FetchArguments,
  native: (given: FetchArguments) => Promise<Response>,
  natives: Natives,
): Replay {
  const [input, init] = given;
  const repeatable = !(init?.body instanceof ReadableStream);
  const call = isPlain(given, natives)
    ? { ...init, url: natives.absolute(String(input)), headers: new natives.Headers(init?.headers) }
    : new natives.Request(input, init);
  const { method = 'GET', signal } = call;
  const url = call.url.replace(/#.*/s, '');
  return {
    method,
    url,
    signal,
    repeatable,
    async send(given) {
      const attempt = call instanceof natives.Request && repeatable ? call.clone() : call;
      if (given) attempt.headers.delete('DPoP');
      if (given?.proof) attempt.headers.set('DPoP', given.proof);
      const to = given?.mark ? `${url}#${given.mark}` : call.url;
      if (!(attempt instanceof natives.Request)) return native([to, attempt]);
      return native(to === call.url ? [attempt] : [to, await optionsOf(attempt, repeatable)]);
    },
  };
}

/**
 * The same request, for another address. Its body is read: as the stream that a Request shows, it would be sent as one.
 *
 * @param isRead false where the page itself sends a stream
 */
async function optionsOf(request: Request, isRead: boolean): Promise<RequestInit> {
  const options: Record<string, unknown> = {};
  for (const name in request) options[name] = request[name as keyof Request];
  return { ...options, body: request.body && (isRead ? await request.blob() : request.body) };
}

/**
 * The common case, an address and a plain object with a text for a body, needs no Request and stays cheap. Of a method in
 * small letters only a Request tells how it leaves.
 */
function isPlain([input, init]: FetchArguments, natives: Natives): boolean {
  if (typeof input !== 'string' && !(input instanceof natives.URL)) return false;
  if (!init) return true;
  const isText = init.body == null || typeof init.body === 'string';
  return isText && Object.getPrototypeOf(init) === Object.prototype && !/[a-z]/.test(init.method ?? '');
}
