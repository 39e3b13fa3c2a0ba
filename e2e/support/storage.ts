import type { Page } from '@playwright/test';
import { addressOf, extensionPage } from './extension-page.ts';
import type { Browser } from './world.ts';

type Stored = Record<string, unknown>;

/** One more page as `extensionPage` has it, which the test may leave and close. */
export async function openStorage({ context, id }: Browser): Promise<Page> {
  const page = await context.newPage();
  await page.goto(addressOf(id));
  return page;
}

/** Every record of a store. What JSON cannot say (keys, bytes) is left out of it. */
export async function readStore(browser: Browser, store: string): Promise<Stored[]> {
  const page = await extensionPage(browser);
  const records = await page.evaluate(async (name) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('holdfast');
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const reading = database.transaction(name).objectStore(name).getAll();
    await new Promise((resolve, reject) => {
      reading.onsuccess = resolve;
      reading.onerror = () => reject(reading.error);
    });
    database.close();
    return JSON.parse(JSON.stringify(reading.result)) as Record<string, unknown>[];
  }, store);
  return records;
}

/** Replaces members of the records of one agent in a store, as a damaged profile would have them. */
export async function damage(browser: Browser, store: string, where: Stored, members: Stored): Promise<void> {
  const page = await extensionPage(browser);
  const count = await page.evaluate(
    async ([name, wanted, replaced]) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open('holdfast');
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      const transaction = database.transaction(name, 'readwrite');
      const objectStore = transaction.objectStore(name);
      const reading = objectStore.getAll();
      await new Promise((resolve) => {
        reading.onsuccess = resolve;
      });
      const found = (reading.result as Record<string, unknown>[]).filter((record) =>
        Object.entries(wanted).every(([member, value]) => record[member] === value),
      );
      for (const record of found) objectStore.put({ ...record, ...replaced });
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      database.close();
      return found.length;
    },
    [store, where, members] as const,
  );
  if (count === 0) throw new Error(`nothing in ${store} is like ${JSON.stringify(where)}`);
}

/** The codes of an agent's activity, oldest first. They are written a moment after they happen. */
export async function activityCodes(browser: Browser, agent?: string): Promise<unknown[]> {
  const lines = await readStore(browser, 'activity');
  return lines.filter((line) => line.agent === agent).map(({ code }) => code);
}
