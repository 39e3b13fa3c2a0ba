import type { Natives } from './natives.ts';
import { recognise } from './recognise.ts';

type Wrapped = 'open' | 'setRequestHeader' | 'send';

interface Call {
  readonly method: string;
  readonly url: string;
  readonly async: boolean;
  readonly headers: Headers;
}

/** What script sees of a request that is carried by `fetch`. */
interface Shown {
  readyState: number;
  status: number;
  statusText: string;
  responseURL: string;
  response: unknown;
  responseText: string;
  headers: Headers | undefined;
}

/**
 * The page's `XMLHttpRequest`: what is Holdfast's is carried by the wrapped `fetch`, and shown as the request that script
 * holds; everything else stays native. A synchronous request stays native too: its handle means nothing to a server.
 */
export function wrapXhr(natives: Natives, fetch: typeof globalThis.fetch): void {
  const { prototype } = natives.XMLHttpRequest;
  const calls = new WeakMap<XMLHttpRequest, Call>();

  wrap('open', (native, xhr, given) => {
    native();
    const [method, url, async = true] = given as [string, string | URL, boolean?];
    const headers = new natives.Headers();
    calls.set(xhr, { method: method.toUpperCase(), url: natives.absolute(String(url)), async, headers });
    for (const name of SHOWN) Reflect.deleteProperty(xhr, name);
  });
  wrap('setRequestHeader', (native, xhr, [name, value]) => {
    native();
    calls.get(xhr)?.headers.append(String(name), String(value));
  });
  wrap('send', (native, xhr, [body]) => {
    const call = calls.get(xhr);
    const header = (name: string): string | null => call?.headers.get(name) ?? null;
    const found = call?.async ? recognise({ ...call, header, body }, natives) : undefined;
    if (call && found && found.kind !== 'mcp') void carry(xhr, call, body as BodyInit | null | undefined);
    else native();
  });

  function wrap(name: Wrapped, instead: (native: () => void, xhr: XMLHttpRequest, given: unknown[]) => void): void {
    Object.defineProperty(prototype, name, {
      value: new Proxy(prototype[name], {
        apply: (target, xhr, given) => instead(() => Reflect.apply(target, xhr, given), xhr, given),
      }),
    });
  }

  async function carry(
    xhr: XMLHttpRequest,
    { method, url, headers }: Call,
    body: BodyInit | null | undefined,
  ): Promise<void> {
    const abort = new AbortController();
    const shown: Shown = {
      readyState: 1,
      status: 0,
      statusText: '',
      responseURL: '',
      response: '',
      responseText: '',
      headers: undefined,
    };
    show(xhr, shown, () => abort.abort('abort'));
    const { timeout, withCredentials, responseType } = xhr;
    const timer = timeout > 0 ? setTimeout(() => abort.abort('timeout'), timeout) : undefined;
    let loaded = 0;

    const progress = (type: string): boolean => xhr.dispatchEvent(new natives.ProgressEvent(type, { loaded }));
    const move = (readyState: number): void => {
      shown.readyState = readyState;
      xhr.dispatchEvent(new natives.Event('readystatechange'));
    };

    progress('loadstart');
    try {
      const credentials = withCredentials ? 'include' : 'same-origin';
      const response = await fetch(url, { method, headers, body: body ?? null, credentials, signal: abort.signal });
      shown.status = response.status;
      shown.statusText = response.statusText;
      shown.responseURL = response.url;
      shown.headers = response.headers;
      move(2);
      const blob = await response.blob();
      loaded = blob.size;
      shown.response = responseType === 'blob' ? blob : await read(blob, responseType);
      if (typeof shown.response === 'string') shown.responseText = shown.response;
      move(3);
      move(4);
      progress('load');
    } catch {
      Object.assign(shown, { status: 0, statusText: '', response: responseType ? null : '', headers: undefined });
      move(4);
      progress(abort.signal.aborted ? String(abort.signal.reason) : 'error');
    }
    clearTimeout(timer);
    progress('loadend');
  }
}

const SHOWN = [
  'readyState',
  'status',
  'statusText',
  'responseURL',
  'response',
  'responseText',
  'getResponseHeader',
  'getAllResponseHeaders',
  'abort',
] as const;

function show(xhr: XMLHttpRequest, shown: Shown, abort: () => void): void {
  const methods = {
    getResponseHeader: (name: string) => shown.headers?.get(name) ?? null,
    getAllResponseHeaders: () => [...(shown.headers ?? [])].map(([name, value]) => `${name}: ${value}\r\n`).join(''),
    abort,
  };
  for (const name of SHOWN) {
    const get = () => (name in methods ? methods[name as keyof typeof methods] : shown[name as keyof Shown]);
    Object.defineProperty(xhr, name, { configurable: true, get });
  }
}

async function read(blob: Blob, type: XMLHttpRequestResponseType): Promise<unknown> {
  if (type === 'arraybuffer') return blob.arrayBuffer();
  const text = await blob.text();
  if (type !== 'json') return text;
  try {
    return JSON.parse(text);
  } catch {
    return null; // as XMLHttpRequest gives it
  }
}
