import { openStorage } from './storage.ts';
import type { Browser } from './world.ts';

interface Seam {
  /** Until the worker has come there. */
  reached(): Promise<void>;
  /** Lets it go on. */
  release(): Promise<void>;
}

interface SeamScope {
  seam: { reached: Promise<void>; release: () => void };
}

/** Stops the worker's next proof before it is signed, or its next token request before it leaves. */
export async function holdWorkerAt(browser: Browser, what: 'proof' | 'token request'): Promise<Seam> {
  const worker = await browser.worker();
  await worker.evaluate((which) => {
    const scope = globalThis as unknown as SeamScope;
    const [owner, name] = which === 'proof' ? [SubtleCrypto.prototype, 'sign'] : [globalThis, 'fetch'];
    const methods = owner as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
    const original = methods[name] as (...given: unknown[]) => Promise<unknown>;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const reached = new Promise<void>((resolve) => {
      methods[name] = async function (this: unknown, ...given) {
        if (which === 'proof' || String(given[0]).endsWith('/token')) {
          methods[name] = original;
          resolve();
          await released;
        }
        return Reflect.apply(original, which === 'proof' ? this : globalThis, given);
      };
    });
    scope.seam = { reached, release };
  }, what);
  return {
    reached: () => worker.evaluate(() => (globalThis as unknown as SeamScope).seam.reached),
    release: () => worker.evaluate(() => (globalThis as unknown as SeamScope).seam.release()),
  };
}

/** Tells when the worker next begins to write to a store, or has written there. */
export async function watchWrite(
  browser: Browser,
  store: 'tokens' | 'sessions',
  moment: 'begins' | 'complete',
): Promise<() => Promise<void>> {
  const worker = await browser.worker();
  await worker.evaluate(
    ([name, which]) => {
      const { transaction } = IDBDatabase.prototype;
      const reached = new Promise<void>((resolve) => {
        IDBDatabase.prototype.transaction = function (stores, mode, options) {
          const made = transaction.call(this, stores, mode, options);
          if (mode === 'readwrite' && [stores].flat().includes(name)) {
            if (which === 'begins') resolve();
            else made.addEventListener('complete', () => resolve());
          }
          return made;
        };
      });
      (globalThis as unknown as SeamScope).seam = { reached, release: () => undefined };
    },
    [store, moment] as const,
  );
  return () => worker.evaluate(() => (globalThis as unknown as SeamScope).seam.reached);
}

/** Keeps one store for itself, so that whoever wants to write there waits. */
export async function occupyStore(browser: Browser, store: string): Promise<() => Promise<void>> {
  const page = await openStorage(browser);
  await page.evaluate(async (name) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('holdfast');
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const occupied = database.transaction(name, 'readwrite').objectStore(name);
    await new Promise<void>((resolve) => {
      // A transaction lives as long as something is asked of it.
      const again = (): void => {
        occupied.get('nothing').onsuccess = () => {
          resolve();
          again();
        };
      };
      again();
    });
  }, store);
  return () => page.close();
}

/** Lets every write of the worker to a store fail, until it is mended. */
export async function breakStore(browser: Browser, store: string): Promise<() => Promise<void>> {
  const worker = await browser.worker();
  await worker.evaluate((name) => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      if (mode === 'readwrite' && [stores].flat().includes(name)) throw new DOMException('broken', 'UnknownError');
      return transaction.call(this, stores, mode, options);
    };
    const release = (): void => {
      IDBDatabase.prototype.transaction = transaction;
    };
    (globalThis as unknown as SeamScope).seam = { reached: Promise.resolve(), release };
  }, store);
  return () => worker.evaluate(() => (globalThis as unknown as SeamScope).seam.release());
}
