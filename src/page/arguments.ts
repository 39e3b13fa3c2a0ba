import type { Natives } from './natives.ts';
import type { Read } from './recognise.ts';

export type FetchArguments = readonly [input: RequestInfo | URL, init?: RequestInit | undefined];

/**
 * Reads the arguments of a `fetch` call in the way that costs least and consumes nothing. Undefined where only making a Request of them would tell, for example headers given as an iterator.
 */
export function readArguments([input, init]: FetchArguments, natives: Natives): Read | undefined {
  const request = input instanceof natives.Request ? input : undefined;
  const given = init?.headers;
  const header =
    given === undefined || given === null
      ? (name: string) => (request ? request.headers.get(name) : null)
      : headerReader(given, natives);
  if (!header) return undefined;
  return {
    method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
    url: request ? request.url : String(input),
    header,
    body: init?.body ?? undefined,
  };
}

function headerReader(headers: HeadersInit, natives: Natives): Read['header'] | undefined {
  if (headers instanceof natives.Headers) return (name) => headers.get(name);
  const entries = Array.isArray(headers) ? headers : Symbol.iterator in headers ? undefined : Object.entries(headers);
  if (!entries) return undefined;
  return (name) => {
    const found = entries.find(([given]) => String(given).toLowerCase() === name);
    return found ? String(found[1]) : null;
  };
}
