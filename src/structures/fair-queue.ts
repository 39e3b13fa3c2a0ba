interface Line<Owner> {
  /** Who waits, in the order of their next turns. */
  readonly waiting: Map<Owner, (() => void)[]>;
}

/** Takes a turn at a key. Ends it with what it resolves to. */
export type FairQueue<Owner> = (key: string, owner: Owner) => Promise<() => void>;

/** One turn at a time for each key. Owners that wait for the same key take turns, however many each of them waits for. */
export function createFairQueue<Owner>(): FairQueue<Owner> {
  const lines = new Map<string, Line<Owner>>();

  async function take(key: string, owner: Owner): Promise<() => void> {
    const line = lines.get(key);
    if (line) await new Promise<void>((start) => line.waiting.set(owner, [...(line.waiting.get(owner) ?? []), start]));
    else lines.set(key, { waiting: new Map() });
    let isOver = false;
    return () => {
      if (!isOver) next(key);
      isOver = true;
    };
  }

  function next(key: string): void {
    const waiting = lines.get(key)?.waiting;
    const [first] = waiting ?? [];
    if (!waiting || !first) {
      lines.delete(key);
      return;
    }
    const [owner, [start, ...others]] = first;
    waiting.delete(owner);
    if (others.length > 0) waiting.set(owner, others);
    start?.();
  }

  return take;
}
