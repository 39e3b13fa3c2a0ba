import type { Natives } from './natives.ts';
import type { Read } from './recognise.ts';

export type FetchArguments = readonly [input: RequestInfo | URL, init?: RequestInit | undefined];

/**
 * Reads the arguments of a `fetch` call in the way that costs least and consumes nothing. Undefined where only making a Request of them would tell, for example headers given as an iterator.
 */
export function readArguments([input, init]: FetchArguments, natives: Natives): Read | undefined {
  const request = input instanceof natives.Request ? input : undefined;
  const given = init?.headers ?? request?.headers ?? [];
  if (Symbol.iterator in given && !Array.isArray(given) && !(given instanceof natives.Headers)) return undefined;
  return {
    method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
    url: request ? request.url : String(input),
    headers: new natives.Headers(given),
    body: init?.body ?? undefined,
  };
}
