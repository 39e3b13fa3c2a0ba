import type { Activity } from '../../sessions/activity.ts';
import type { Database } from './database.ts';

/** The log is a ring: so many lines are kept. */
export const KEPT = 10_000;

/** Lines are written together, this long after the first of them, in milliseconds. */
const DELAY = 250;

/**
 * The activity log. Writing it never fails a request: a line that cannot be written is lost.
 *
 * @param failed is told why
 */
export function createActivityLog(database: PromiseLike<Database>, failed: (error: unknown) => void) {
  let waiting: Activity[] = [];

  function record(activity: Activity): void {
    if (waiting.length === 0) setTimeout(() => void write().catch(failed), DELAY);
    waiting.push(activity);
  }

  async function write(): Promise<void> {
    const lines = waiting;
    waiting = [];
    const transaction = (await database).transaction('activity', 'readwrite');
    const keys = await Promise.all(lines.map((line) => transaction.store.add(line)));
    const newest = keys.at(-1);
    if (newest !== undefined && newest > KEPT) await transaction.store.delete(IDBKeyRange.upperBound(newest - KEPT));
    await transaction.done;
  }

  async function read(): Promise<Activity[]> {
    return (await database).getAll('activity');
  }

  return { record, read };
}
