import { serve } from './carry.ts';
import type { Natives, Scope } from './natives.ts';
import { STARTED, type Starts } from './worker-start.ts';

/** What runs when script holds this worker, and the calls that wait until that is known: their arguments, as they were then. */
interface Running {
  readonly worker: Worker;
  readonly waiting?: unknown[][];
  /** The scripts that it is started from are needed no more. */
  readonly release?: () => void;
}

type Given = [script: string | URL, options?: WorkerOptions];

/**
 * The scope's `Worker`: a script of its own origin is started with Holdfast ahead of it. Where that cannot be, because of the
 * site's CSP for example, the worker runs as the site made it, and a handle is worthless in it.
 *
 * @param unreached tells of a worker that runs without Holdfast
 */
export function wrapWorker(scope: Scope, natives: Natives, starts: Starts, unreached: () => void): void {
  const { Worker, fetch, origin, structuredClone } = scope;
  const { prototype } = Worker;
  const { postMessage } = prototype;
  const running = new WeakMap<Worker, Running>();

  scope.Worker = new Proxy(Worker, {
    construct(target, given: Given, newTarget) {
      const make = (...how: Given): Worker => Reflect.construct(target, how, newTarget);
      const url = starts.startable(given[0], origin);
      return url ? begin(url, given, make) : make(...given);
    },
  });
  prototype.constructor = scope.Worker;
  for (const name of ['postMessage', 'terminate'] as const) {
    (prototype as unknown as Record<string, unknown>)[name] = new Proxy(prototype[name], {
      apply(target, self, given) {
        const { worker = self, waiting, release } = running.get(self) ?? {};
        if (name === 'terminate') release?.();
        if (!waiting || !given.length) return Reflect.apply(target, worker, given);
        waiting.push(structuredClone(given, { transfer: Array.isArray(given[1]) ? given[1] : given[1]?.transfer }));
      },
    });
  }

  function begin(url: string, given: Given, make: (...given: Given) => Worker): Worker {
    const scripts = starts.scriptsFor({ url, isModule: given[1]?.type === 'module' });
    let worker: Worker;
    try {
      worker = make(scripts[0], given[1]);
    } catch {
      // Trusted Types want to see the script's address, or the options are none.
      starts.revoke(scripts);
      return asMade();
    }
    const { port1, port2 } = new natives.MessageChannel();
    serve(port1, fetch);
    Reflect.apply(postMessage, worker, [null, [port2]]);
    const settle = starts.need(url);
    const waiting: unknown[][] = [];
    const release = (): void => {
      starts.revoke(scripts);
      settle();
    };
    running.set(worker, { worker, waiting, release });

    starts.listen(worker, 'message', (event: MessageEvent) => {
      if (event.data !== STARTED || !isWaiting()) return;
      event.stopImmediatePropagation();
      run(worker);
    });
    starts.listen(worker, 'error', (event: ErrorEvent) => {
      // An error of the script's own says that it runs. One without words says that a script could not be had.
      if (event.message !== undefined && !scripts.includes(event.filename)) run(worker);
      if (!isWaiting()) return;
      event.stopImmediatePropagation();
      event.preventDefault();
      const instead = asMade();
      for (const type of ['message', 'messageerror', 'error']) starts.forward(type, instead, worker);
      run(instead);
    });
    return worker;

    /** It is told when it works: a script that cannot be had at all needs no word. */
    function asMade(): Worker {
      const instead = make(...given);
      starts.listen(instead, 'message', unreached);
      return instead;
    }

    function isWaiting(): boolean {
      return !!running.get(worker)?.waiting;
    }

    function run(runs: Worker): void {
      if (!isWaiting()) return;
      running.set(worker, { worker: runs });
      for (const posted of waiting) Reflect.apply(postMessage, runs, posted);
      release();
    }
  }
}
