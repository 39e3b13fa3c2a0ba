import type { readHandle } from '../model/handle.ts';

/** The global scope that is wrapped: a window. */
export type Scope = typeof globalThis & Window;

/**
 * What the wrapper uses of the page, taken before any script of the page ran. No secret passes through here, so a page
 * that changes its own globals can only break itself; taking them early keeps the wrapper working for a page that merely
 * patches a few.
 *
 * @param presented tells what of an `Authorization` header is Holdfast's
 */
export function captureNatives(scope: Scope, presented: typeof readHandle) {
  const { URL } = scope;
  return {
    fetch: scope.fetch,
    Headers: scope.Headers,
    Request: scope.Request,
    Response: scope.Response,
    URL,
    XMLHttpRequest: scope.XMLHttpRequest,
    ProgressEvent: scope.ProgressEvent,
    /** What of Holdfast's a request presents. */
    presented: (headers: Headers) => presented(headers.get('authorization') ?? ''),
    /** Whether real tokens are known, and not handles alone. */
    readsTokens: !!presented('Bearer real'),
    now: scope.performance.now.bind(scope.performance),
    /** A URL as the page's own requests resolve it. */
    absolute: (url: string) => new URL(url, scope.document.baseURI).href,
  };
}

export type Natives = ReturnType<typeof captureNatives>;
