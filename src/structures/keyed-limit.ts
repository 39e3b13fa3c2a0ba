interface Crowd {
  running: number;
  readonly waiting: (() => void)[];
}

/** Runs a task of a key when there is room for it. Undefined when too many wait already. */
export type KeyedLimit<Key> = <T>(key: Key, task: () => Promise<T>) => Promise<T | undefined>;

/** At most so many tasks of a key run at once, and so many wait, first come first served. Tasks of other keys are not held up. */
export function createKeyedLimit<Key>(most: { readonly atOnce: number; readonly waiting: number }): KeyedLimit<Key> {
  const crowds = new Map<Key, Crowd>();

  return async (key, task) => {
    const crowd = crowds.get(key) ?? { running: 0, waiting: [] };
    crowds.set(key, crowd);
    if (crowd.running >= most.atOnce) {
      if (crowd.waiting.length >= most.waiting) return undefined;
      await new Promise<void>((start) => crowd.waiting.push(start)); // with the place of one that is done
    } else {
      crowd.running += 1;
    }
    try {
      return await task();
    } finally {
      const next = crowd.waiting.shift();
      if (next) next();
      else crowd.running -= 1;
      if (crowd.running === 0) crowds.delete(key);
    }
  };
}
