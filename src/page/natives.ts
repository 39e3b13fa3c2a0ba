/** The global scope that is wrapped: a window, or later a worker. */
export type Scope = typeof globalThis & Window;

/**
 * What the wrapper uses of the page, taken before any script of the page ran. No secret passes through here, so a page
 * that changes its own globals can only break itself; taking them early keeps the wrapper working for a page that merely
 * patches a few.
 */
export function captureNatives(scope: Scope) {
  const { Headers, Request, Response, URL, XMLHttpRequest, ProgressEvent, Event } = scope;
  return {
    fetch: scope.fetch,
    Headers,
    Request,
    Response,
    URL,
    XMLHttpRequest,
    ProgressEvent,
    Event,
    postMessage: method(scope.MessagePort.prototype, 'postMessage'),
    headerOf: method(Headers.prototype, 'get'),
    now: scope.performance.now.bind(scope.performance),
    baseUrl: () => scope.document?.baseURI ?? scope.location.href,
  };
}

export type Natives = ReturnType<typeof captureNatives>;

/** A method as a function of its receiver, safe from later changes to the prototype. */
function method<Receiver extends object, Name extends keyof Receiver>(prototype: Receiver, name: Name) {
  type Method = Receiver[Name] extends (...given: infer Given) => infer Result ? (...given: Given) => Result : never;
  const original = prototype[name] as unknown as (...given: unknown[]) => unknown;
  return (receiver: Receiver, ...given: Parameters<Method>): ReturnType<Method> =>
    Reflect.apply(original, receiver, given) as ReturnType<Method>;
}
