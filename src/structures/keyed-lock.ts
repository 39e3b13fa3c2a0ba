export type KeyedLock = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** Runs tasks of the same key one after another, tasks of different keys side by side. */
export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const before = tails.get(key);
    const run = before ? before.then(task, task) : task();
    tails.set(key, run);
    try {
      return await run;
    } finally {
      if (tails.get(key) === run) tails.delete(key);
    }
  };
}
