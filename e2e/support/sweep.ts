import type { Page } from '@playwright/test';

/**
 * Everything that script of a page can reach, as far as it could be a secret: each run of characters of which tokens are
 * made, once.
 */
export function sweep(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const { loot = [] } = window as unknown as { loot?: string[] };
    const read = new Set<string>();
    const runs = new Set<string>();
    const found = {
      push(...texts: string[]): void {
        for (const text of texts) {
          if (read.has(text)) continue;
          read.add(text);
          for (const run of text.match(/[\w.~+/-]{20,}/g) ?? []) runs.add(run);
        }
      },
    };
    for (const line of loot) found.push(line);
    found.push(document.cookie, document.documentElement.outerHTML, JSON.stringify(history.state), location.href);
    for (const storage of [localStorage, sessionStorage]) found.push(JSON.stringify(storage));
    found.push(JSON.stringify(performance.getEntries()));

    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name ?? '');
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const store of database.objectStoreNames) {
        const reading = database.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => {
          reading.onsuccess = resolve;
        });
        found.push(JSON.stringify(reading.result));
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) found.push((await (await cache.match(request))?.text()) ?? '');
    }
    const controller = navigator.serviceWorker.controller;
    if (controller) {
      const { port1, port2 } = new MessageChannel();
      controller.postMessage('', [port2]);
      found.push(
        await new Promise<string>((resolve) => {
          port1.onmessage = ({ data }) => resolve(data);
        }),
      );
    }

    const visited = new Set<unknown>();
    const walk = (value: unknown, depth: number): void => {
      if (typeof value === 'string') found.push(value);
      if (
        value === null ||
        (typeof value !== 'object' && typeof value !== 'function') ||
        depth > 6 ||
        visited.has(value)
      )
        return;
      visited.add(value);
      if (typeof value === 'function') found.push(Function.prototype.toString.call(value));
      if (value instanceof Map || value instanceof Set) for (const entry of value) walk(entry, depth + 1);
      for (const key of Reflect.ownKeys(value)) {
        try {
          walk((value as Record<PropertyKey, unknown>)[key], depth + 1);
        } catch {
          // A getter that throws holds nothing.
        }
      }
    };
    walk(window, 0);
    return [...runs].join('\n');
  });
}
