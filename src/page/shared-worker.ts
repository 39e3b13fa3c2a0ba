import { serve } from './carry.ts';
import type { Natives, Scope } from './natives.ts';
import { STARTED, type Starts } from './worker-start.ts';

type Given = [script: string | URL, options?: WorkerOptions | string];
type Make = (...given: Given) => SharedWorker;

/**
 * The scope's `SharedWorker`, likewise. It is known by its script's address and its name, for all documents of the origin: they
 * agree on the blob that starts it by the name of a lock, which the worker holds as long as it lives.
 *
 * @param unreached tells of a worker that runs without Holdfast
 */
export function wrapSharedWorker(scope: Scope, natives: Natives, starts: Starts, unreached: () => void): void {
  const { SharedWorker, fetch, origin } = scope;
  const { locks } = scope.navigator;

  scope.SharedWorker = new Proxy(SharedWorker, {
    construct(target, given: Given, newTarget) {
      const make: Make = (...how) => Reflect.construct(target, how, newTarget);
      const url = starts.startable(given[0], origin);
      return url ? join(url, given, make, newTarget.prototype) : make(...given);
    },
  });
  SharedWorker.prototype.constructor = scope.SharedWorker;

  /** What script gets is one that stands for the worker, because it is not known yet where that is. */
  function join(url: string, given: Given, make: Make, prototype: object): SharedWorker {
    const { port1, port2 } = new natives.MessageChannel();
    const shown: SharedWorker = Object.setPrototypeOf(new EventTarget(), prototype);
    Object.defineProperties(shown, { port: { value: port1 }, onerror: { value: null, writable: true } });
    starts.listen(shown, 'error', (event) => shown.onerror?.(event));
    const { type, name = given[1] } = Object(given[1]);
    const lock = JSON.stringify(['holdfast', url, name]);
    void locks.request(lock, agree).catch(bridge).then(starts.need(url));
    return shown;

    async function agree(): Promise<void> {
      const { held = [] } = await locks.query();
      const [standing] = held.flatMap((other) => (other.name?.startsWith(`${lock}blob:`) ? other.name : []));
      const isJoined = standing && (await meet(standing.slice(lock.length)).catch(() => 'over')) !== 'over';
      if (isJoined) return;
      const scripts = starts.scriptsFor({ url, isModule: type === 'module', lock });
      await meet(scripts[0]).finally(() => starts.revoke(scripts));
    }

    async function meet(script: string): Promise<void> {
      const worker = make(script, given[1]);
      await new Promise<void>((resolve, reject) => {
        worker.port.onmessage = ({ data }) => (data === STARTED ? resolve() : reject());
        starts.listen(worker, 'error', reject);
      });
      const carrying = new natives.MessageChannel();
      serve(carrying.port1, fetch);
      // Held as long as this document lives: then the worker turns to another.
      const life = lock + crypto.randomUUID();
      void locks.request(life, () => {
        worker.port.postMessage(life, [port2, carrying.port2]);
        return new Promise(() => undefined);
      });
    }

    /** The worker as the site made it. What can only be transferred does not reach it. */
    function bridge(): void {
      const worker = make(...given);
      starts.forward('error', worker, shown);
      starts.listen(worker.port, 'message', unreached);
      const carry = (from: MessagePort, to: MessagePort): void => {
        from.onmessage = ({ data, ports }) => to.postMessage(data, [...ports]);
      };
      carry(worker.port, port2);
      carry(port2, worker.port);
    }
  }
}
