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
  if (isPlain(given, natives)) {
    const url = natives.absolute(String(input));
    const headers = new natives.Headers(init?.headers);
    const copy = { ...init, headers };
    return {
      method: (init?.method ?? 'GET').toUpperCase(),
      url,
      signal: init?.signal,
      repeatable: true,
      send(proof) {
        carry(headers, proof);
        return native([url, copy]);
      },
    };
  }
  const request = new natives.Request(input, init);
  const repeatable = !(init?.body instanceof ReadableStream);
  return {
    method: request.method,
    url: request.url,
    signal: request.signal,
    repeatable,
    send(proof) {
      const attempt = repeatable ? request.clone() : request;
      carry(attempt.headers, proof);
      return native([attempt]);
    },
  };
}

function carry(headers: Headers, proof: string | undefined): void {
  if (proof !== undefined) headers.delete('DPoP');
  if (proof) headers.set('DPoP', proof);
}

/** The common case, an address and a plain object with a text for a body, needs no Request and stays cheap. */
function isPlain([input, init]: FetchArguments, natives: Natives): boolean {
  if (typeof input !== 'string' && !(input instanceof natives.URL)) return false;
  if (!init) return true;
  return Object.getPrototypeOf(init) === Object.prototype && (init.body == null || typeof init.body === 'string');
}
