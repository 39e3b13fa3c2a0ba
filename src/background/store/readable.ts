import type { Database } from './database.ts';

type Read<T> = (stored: unknown) => T | undefined;

/** The records that can be read. */
export function readable<T>(stored: readonly unknown[], read: Read<T>): T[] {
  return stored.flatMap((record) => read(record) ?? []);
}

/** All records of a store that can be read. The others are reported and deleted. */
export async function readAll<T>(
  database: Database,
  store: 'activity' | 'drills',
  read: Read<T>,
  damaged: () => void,
): Promise<T[]> {
  const stored = await database.getAll(store);
  const records = readable(stored, read);
  if (records.length < stored.length) {
    damaged();
    // A record that cannot be removed is skipped, and reported again the next time.
    await remove(database, store, read).catch(() => undefined);
  }
  return records;
}

async function remove(database: Database, store: 'activity' | 'drills', read: Read<unknown>): Promise<void> {
  const transaction = database.transaction(store, 'readwrite');
  for await (const cursor of transaction.store) if (!read(cursor.value)) await cursor.delete();
  await transaction.done;
}
