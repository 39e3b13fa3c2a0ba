import type { IDBPObjectStore } from 'idb';
import type { Activity } from '../../model/activity.ts';
import { KEPT_LINES } from '../../model/quotas.ts';
import type { Database, Schema } from './database.ts';
import { readAll } from './readable.ts';
import { readActivity } from './records.ts';

type Log = IDBPObjectStore<Schema, ['activity'], 'activity', 'readwrite'>;

/** Lines are written together, this long after the first of them, in milliseconds. */
const DELAY = 250;

/** How many lines above the maximum are allowed before the oldest are deleted: finding those reads the whole log. */
export const SLACK = 500;

/**
 * The activity log. Writing it never fails a request: a line that cannot be written is lost. Above the maximum, the oldest
 * lines of the agent with most are deleted: a page that fills the log removes lines of its own, not of others.
 *
 * @param failed called with the error
 * @param written called with the lines that were added
 * @param damaged called when a line cannot be read
 */
export function createActivityLog(
  database: PromiseLike<Database>,
  failed: (error: unknown) => void,
  written: (lines: readonly Activity[]) => void = () => undefined,
  damaged: () => void = () => undefined,
) {
  let waiting: Activity[] = [];
  /** How many lines are stored; undefined until they were counted. */
  let count: number | undefined;

  function record(activity: Activity): void {
    if (waiting.length === 0) setTimeout(() => void write().catch(failed), DELAY);
    waiting.push(activity);
  }

  async function write(): Promise<void> {
    const lines = waiting;
    waiting = [];
    const transaction = (await database).transaction('activity', 'readwrite');
    await Promise.all(lines.map((line) => transaction.store.add(line)));
    count = count === undefined ? await transaction.store.count() : count + lines.length;
    if (count > KEPT_LINES + SLACK) count = await trim(transaction.store);
    await transaction.done;
    written(lines);
  }

  /** Deletes what is too much. The answer is how many lines are left. */
  async function trim(store: Log): Promise<number> {
    const [keys, lines] = await Promise.all([store.getAllKeys(), store.getAll()]);
    const byAgent = new Map<string | undefined, number[]>();
    for (const [index, key] of keys.entries()) {
      const agent = lines[index]?.agent;
      const own = byAgent.get(agent);
      if (own) own.push(key);
      else byAgent.set(agent, [key]);
    }
    const parts = [...byAgent.values()];
    const share = shareOf(parts, KEPT_LINES);
    const gone = parts.flatMap((part) => part.slice(0, Math.max(0, part.length - share)));
    await Promise.all(gone.map((key) => store.delete(key)));
    return keys.length - gone.length;
  }

  /** All that is kept and can be read, oldest first. */
  async function read(): Promise<Activity[]> {
    return readAll(await database, 'activity', readActivity, damaged);
  }

  /** Lines of before a time, in milliseconds, are forgotten. */
  async function forget(before: number): Promise<void> {
    const transaction = (await database).transaction('activity', 'readwrite');
    for await (const cursor of transaction.store) {
      const line = readActivity(cursor.value);
      if (line && line.at >= before) break;
      await cursor.delete();
    }
    await transaction.done;
    count = undefined;
  }

  return { record, read, forget };
}

export type ActivityLog = ReturnType<typeof createActivityLog>;

/** The maximum for each part, so that all parts together stay within the total. */
function shareOf(parts: readonly (readonly unknown[])[], room: number): number {
  let left = room;
  for (const [index, { length }] of parts.toSorted((one, other) => one.length - other.length).entries()) {
    const share = Math.floor(left / (parts.length - index));
    if (length > share) return share;
    left -= length;
  }
  return room;
}
