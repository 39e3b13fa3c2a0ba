import type { FetchArguments } from './arguments.ts';
import type { Natives } from './natives.ts';

/** A `fetch` call that can be made with a proof, and once more with another. */
export interface Replay {
  readonly method: string;
  readonly url: string;
  readonly signal: AbortSignal | null | undefined;
  /** False when the body is a stream: it can be sent once, and a 401 surfaces. */
  readonly repeatable: boolean;
  /** Makes the call: with this proof, with none where it is empty, else as the page made it. */
  send(proof?: string): Promise<Response>;
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
  const { method = 'GET', url, signal } = call;
  return {
    method,
    url,
    signal,
    repeatable,
    send(proof) {
      const attempt = call instanceof natives.Request && repeatable ? call.clone() : call;
      if (proof !== undefined) attempt.headers.delete('DPoP');
      if (proof) attempt.headers.set('DPoP', proof);
      return native(attempt instanceof natives.Request ? [attempt] : [url, attempt]);
    },
  };
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
