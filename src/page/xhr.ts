import type { Warm } from './intercept.ts';
import type { Natives } from './natives.ts';
import { recognise, type Sent } from './recognise.ts';

type Wrapped = 'open' | 'setRequestHeader' | 'send';

interface Call {
  readonly method: string;
  readonly url: string;
  readonly async: boolean;
  readonly headers: Headers;
  /** Once it is carried by `fetch`: what script sees of it in place of the native request. */
  shown?: object;
  readonly abort: AbortController;
}

/**
 * The page's `XMLHttpRequest`: what is Holdfast's is carried by the wrapped `fetch`, and shown as the request that script
 * holds; everything else stays native. A synchronous request stays native too: its handle means nothing to a server.
 *
 * @param sent is told of each that stays native
 */
export function wrapXhr(
  natives: Natives,
  fetch: typeof globalThis.fetch,
  proofs: Warm,
  sent: (sent: Sent) => void = () => undefined,
): void {
  const { prototype } = natives.XMLHttpRequest;
  const calls = new WeakMap<XMLHttpRequest, Call>();

  wrap('open', (native, xhr, given) => {
    native();
    const before = calls.get(xhr);
    const [method, url, async = true] = given as [string, string | URL, boolean?];
    calls.set(xhr, {
      method: method.toUpperCase(),
      url: natives.absolute(String(url)),
      async,
      headers: new natives.Headers(),
      abort: new AbortController(),
    });
    before?.abort.abort();
    for (const name in before?.shown ?? {}) Reflect.deleteProperty(xhr, name);
  });
  wrap('setRequestHeader', (native, xhr, [name, value]) => {
    native();
    calls.get(xhr)?.headers.append(String(name), String(value));
  });
  wrap('send', (native, xhr, [body]) => {
    const call = calls.get(xhr);
    if (call?.async && isCarried(call, body)) return void carry(xhr, call, body as BodyInit | null);
    if (call) sent({ ...call, body });
    native();
  });

  /** Also a request of the page's own, where a token may still be presented: it has to wait. */
  function isCarried(call: Call, body: unknown): boolean {
    const found = recognise({ ...call, body: body ?? '' }, natives);
    return (found && found.kind !== 'mcp') || proofs.warm(call.url).length > 0;
  }

  function wrap(name: Wrapped, instead: (native: () => void, xhr: XMLHttpRequest, given: unknown[]) => void): void {
    prototype[name] = new Proxy(prototype[name], {
      apply: (target, xhr, given) => instead(() => Reflect.apply(target, xhr, given), xhr, given),
    }) as never;
  }

  async function carry(xhr: XMLHttpRequest, call: Call, body: BodyInit | null): Promise<void> {
    const { method, url, headers, abort } = call;
    const { timeout, withCredentials, responseType } = xhr;
    const isText = !responseType || responseType === 'text';
    const timer = timeout && setTimeout(() => abort.abort('timeout'), timeout);
    let answer: Headers | undefined;
    let loaded = 0;
    const shown = {
      readyState: 1,
      status: 0,
      statusText: '',
      responseURL: '',
      response: (isText ? '' : null) as unknown,
      responseText: '',
      getResponseHeader: (name: string) => answer?.get(name) ?? null,
      getAllResponseHeaders: () => [...(answer ?? [])].map(([name, value]) => `${name}: ${value}\r\n`).join(''),
      abort: () => abort.abort('abort'),
    };
    const blank = { ...shown };
    call.shown = shown;
    for (const name of Object.keys(shown) as (keyof typeof shown)[])
      Object.defineProperty(xhr, name, { configurable: true, get: () => shown[name] });

    /** Unless script has opened it for another request. Every event says how much has come. */
    const tell = (type: string): void => {
      if (calls.get(xhr) === call) xhr.dispatchEvent(new natives.ProgressEvent(type, { loaded }));
    };
    const move = (readyState: number): void => {
      shown.readyState = readyState;
      tell('readystatechange');
    };

    tell('loadstart');
    try {
      const credentials = withCredentials ? 'include' : 'same-origin';
      const response = await fetch(url, { method, headers, body, credentials, signal: abort.signal });
      ({ status: shown.status, statusText: shown.statusText, url: shown.responseURL, headers: answer } = response);
      move(2);
      // A text may be an event stream: it is shown as it comes, and nothing of it is kept twice.
      const whole = isText ? undefined : response.clone();
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        loaded += chunk.length;
        if (isText) shown.response = shown.responseText += decoder.decode(chunk, { stream: true });
        move(3);
        tell('progress');
      }
      if (whole) shown.response = await read(whole, responseType);
      move(4);
      tell('load');
    } catch {
      answer = undefined;
      Object.assign(shown, blank);
      move(4);
      tell(abort.signal.aborted ? String(abort.signal.reason) : 'error');
    }
    clearTimeout(timer);
    tell('loadend');
  }
}

/** What is no text; a document is not parsed. */
function read(response: Response, type: XMLHttpRequestResponseType): Promise<unknown> {
  if (type === 'json') return response.json().catch(() => null); // as XMLHttpRequest gives it
  return type === 'arraybuffer' ? response.arrayBuffer() : response.blob();
}
