import { createErrands, type Page } from './carry.ts';
import { intercept } from './intercept.ts';
import type { Natives, Scope } from './natives.ts';
import { STARTED, type Start } from './worker-start.ts';
import { wrapXhr } from './xhr.ts';

/** What a worker knows of where tokens may still be presented. */
const NOWHERE = { any: () => false, warm: () => [] };

/**
 * Where a worker's script is. A script that comes with a policy of its own keeps it, and is not started with Holdfast: a worker
 * that Holdfast starts has its page's.
 *
 * @throws where the script is not to be started with Holdfast, or cannot be: its page then starts it as the site made it
 */
export function addressOf({ url }: Start, scope: Scope): string {
  if (url.startsWith('blob:')) return url;
  const look = new scope.XMLHttpRequest();
  look.open('GET', url, false);
  look.send();
  const { status, responseURL } = look;
  const isOurs = status === 200 && new scope.URL(responseURL).origin === scope.origin;
  if (!isOurs || look.getResponseHeader('content-security-policy')) throw new TypeError(url);
  return responseURL;
}

/** In a worker's scope, ahead of its own script: its page makes the requests that concern Holdfast. */
export function enterWorker(scope: Scope, natives: Natives, { lock }: Start): void {
  const { locks } = scope.navigator;
  const pages: Page[] = [];
  let next = Promise.withResolvers<Page>();
  let life: Promise<void> | undefined;
  const name = lock + scope.location.href;
  const opening = lock ? 'connect' : 'message';
  scope.addEventListener(opening, take as (event: Event) => void);
  scope.fetch = intercept(
    natives,
    NOWHERE,
    createErrands(natives, async () => pages.at(-1) ?? next.promise),
  );
  wrapXhr(natives, scope.fetch, NOWHERE);

  /** The first message of a worker's page, or each document that a shared worker is connected to. */
  function take(event: MessageEvent): void {
    const [port] = event.ports;
    if (!port || !event.isTrusted) return;
    event.stopImmediatePropagation();
    if (!lock) {
      scope.removeEventListener(opening, take as (event: Event) => void);
      return void add(port);
    }
    life ??= new Promise((resolve) => {
      void locks.request(name, () => {
        resolve();
        return new Promise(() => undefined);
      });
    });
    void life.then(() => meet(port));
  }

  function add(port: MessagePort): AbortController {
    const gone = new AbortController();
    const page = { port, gone: gone.signal };
    gone.signal.onabort = () => {
      pages.splice(pages.indexOf(page), 1);
      if (!pages[0]) next = Promise.withResolvers();
    };
    pages.push(page);
    next.resolve(page);
    return gone;
  }

  /** A document: its script speaks by one port, and its wrapper by another. */
  function meet(own: MessagePort): void {
    own.onmessage = ({ data, ports: [source, port] }: MessageEvent<string>) => {
      if (!source || !port) return;
      const gone = add(port);
      void locks.request(data, () => gone.abort(new TypeError('Failed to fetch')));
      scope.dispatchEvent(new MessageEvent('connect', { data: '', ports: [source], source }));
    };
    own.postMessage(STARTED);
  }
}

/** The worker's own script begins. It sees the address that it has, and not that of a blob. */
export function beginScript(scope: Scope, address: string, { url, isModule, lock }: Start): void {
  const { URL, importScripts, postMessage } = scope;
  Object.defineProperty(scope, 'location', { configurable: true, value: new URL(address) });
  resolveIn(scope, 'fetch Request EventSource WebSocket Worker', 0);
  resolveIn(scope, 'importScripts');
  resolveIn(scope.XMLHttpRequest.prototype, 'open', 1);
  resolveIn(scope.Cache?.prototype, 'match matchAll add addAll put delete keys', 0);
  resolveIn(scope.CacheStorage?.prototype, 'match', 0);
  if (!isModule) importScripts(url);
  if (!lock) Reflect.apply(postMessage, scope, [STARTED]);

  /** @param at which argument is a URL; each, where none is named */
  function resolveIn(holder: object | undefined, names: string, at?: number): void {
    const members = holder as Record<string, new () => object> | undefined;
    const all = (given: unknown[]) => given.map((value, index) => ((at ?? index) === index ? resolved(value) : value));
    for (const name of names.split(' ')) {
      if (!members?.[name]) continue;
      members[name] = new Proxy(members[name], {
        apply: (target, self, given) => Reflect.apply(target, self, all(given)),
        construct: (target, given, newTarget) => Reflect.construct(target, all(given), newTarget),
      });
    }
  }

  function resolved(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolved);
    try {
      return typeof value === 'string' ? new URL(value, address).href : value;
    } catch {
      return value;
    }
  }
}
