import { type Presented, readGiven, type readHandle } from '../model/handle.ts';

/** The global scope that is wrapped: a window, or a worker's. */
export type Scope = typeof globalThis & Window & { importScripts(...urls: string[]): void };

/**
 * What the wrapper uses of the page, taken before any script of the page ran. No secret passes through here, so a page
 * that changes its own globals can only break itself; taking them early keeps the wrapper working for a page that merely
 * patches a few.
 *
 * @param presented tells what of an `Authorization` header is Holdfast's
 * @param base of a worker's URLs
 */
export function captureNatives(scope: Scope, presented: typeof readHandle, base?: string) {
  const { URL } = scope;
  return {
    fetch: scope.fetch,
    Headers: scope.Headers,
    Request: scope.Request,
    Response: scope.Response,
    URL,
    XMLHttpRequest: scope.XMLHttpRequest,
    ProgressEvent: scope.ProgressEvent,
    MessageChannel: scope.MessageChannel,
    TransformStream: scope.TransformStream,
    /** What of Holdfast's a request presents. */
    presented: (headers: Headers) => presented(headers.get('authorization') ?? '') ?? givenIn(headers),
    /** Whether real tokens are known, and not handles alone. */
    readsTokens: !!presented('Bearer real'),
    now: scope.performance.now.bind(scope.performance),
    /** A URL as the page's own requests resolve it. */
    absolute: (url: string) => new URL(url, base ?? scope.document.baseURI).href,
  };
}

/** The handle of a given key, in whichever field the page has put it. */
function givenIn(headers: Headers): Presented | undefined {
  for (const [header, value] of headers) {
    const token = readGiven(value);
    if (token) return { isBearer: false, token, header };
  }
  return undefined;
}

export type Natives = ReturnType<typeof captureNatives>;
