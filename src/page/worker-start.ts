import type { Natives, Scope } from './natives.ts';

/** A worker's first word: it runs, with Holdfast in it. */
export const STARTED = 'holdfast:started';

/** How a worker is started with Holdfast in it: what the wrapper is given there. */
export interface Start {
  /** The script that its page gave it. */
  readonly url: string;
  readonly isModule: boolean;
  /** What a shared worker is known by; undefined for one that is a page's own. */
  readonly lock?: string;
}

type Listener = (event: never) => void;

/**
 * What it takes to start workers.
 *
 * @param source the text of the wrapper: one function, which is given a `Start`
 */
export function createStarts({ URL, Blob, addEventListener, dispatchEvent }: Scope, natives: Natives, source: string) {
  const { createObjectURL, revokeObjectURL } = URL;
  /** Blobs that workers are being started from: most pages revoke their URLs at once. */
  const needed = new Map<string, Promise<void>>();

  URL.revokeObjectURL = new Proxy(revokeObjectURL, {
    apply(_, __, [url]) {
      const until = needed.get(String(url));
      needed.delete(String(url));
      if (until) void until.then(() => revokeObjectURL(url));
      else revokeObjectURL(url);
    },
  });

  /** The script's address. Undefined where it is not to be started with Holdfast. */
  function startable(script: unknown, origin: string): string | undefined {
    try {
      const url = natives.absolute(String(script));
      // No script of an opaque origin: its page may want to keep it apart.
      return script && /^(?:http|blob:)/.test(url) && new natives.URL(url).origin === origin ? url : undefined;
    } catch {
      return undefined; // no address: the native constructor says so
    }
  }

  /** The blobs that start a script with Holdfast, first the one to begin with. */
  function scriptsFor(start: Start): [first: string, ...others: string[]] {
    const scriptOf = (text: string): string => createObjectURL(new Blob([text], { type: 'text/javascript' }));
    const wrapper = scriptOf(`(${source})(${JSON.stringify(start)})`);
    if (!start.isModule) return [wrapper];
    return [scriptOf([wrapper, start.url].map((of) => `import${JSON.stringify(of)};`).join('')), wrapper];
  }

  /** @returns tells that a worker has its script: a blob is not needed any more */
  function need(url: string): () => void {
    let settle = (): void => undefined;
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const before = needed.get(url);
    needed.set(
      url,
      settled.then(() => before),
    );
    return settle;
  }

  function listen(to: EventTarget, type: string, listener: Listener): void {
    Reflect.apply(addEventListener, to, [type, listener]);
  }

  /** What happens to one happens to the other. */
  function forward(type: string, from: EventTarget, to: EventTarget): void {
    listen(from, type, (event: Event) => {
      const copy = Reflect.construct(event.constructor, [type, event]);
      if (!Reflect.apply(dispatchEvent, to, [copy])) event.preventDefault();
    });
  }

  return { startable, scriptsFor, need, listen, forward, revoke: (urls: string[]) => urls.forEach(revokeObjectURL) };
}

export type Starts = ReturnType<typeof createStarts>;
