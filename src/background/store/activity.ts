import { KEPT_LINES } from '../../messages/activity.ts';
import type { Activity } from '../../sessions/activity.ts';
import type { Database } from './database.ts';

/** Lines are written together, this long after the first of them, in milliseconds. */
const DELAY = 250;

/**
 * The activity log. Writing it never fails a request: a line that cannot be written is lost.
 *
 * @param failed is told why
 * @param written is told of the lines that were added to it
 */
export function createActivityLog(
  database: PromiseLike<Database>,
  failed: (error: unknown) => void,
  written: (lines: readonly Activity[]) => void = () => undefined,
) {
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
    if (newest !== undefined && newest > KEPT_LINES)
      await transaction.store.delete(IDBKeyRange.upperBound(newest - KEPT_LINES));
    await transaction.done;
    written(lines);
  }

  /** All that is kept, oldest first. */
  async function read(): Promise<Activity[]> {
    return (await database).getAll('activity');
  }

  /** Lines of before a time, in milliseconds, are forgotten. */
  async function forget(before: number): Promise<void> {
    const transaction = (await database).transaction('activity', 'readwrite');
    for await (const cursor of transaction.store) {
      if (cursor.value.at >= before) break;
      await cursor.delete();
    }
    await transaction.done;
  }

  return { record, read, forget };
}
