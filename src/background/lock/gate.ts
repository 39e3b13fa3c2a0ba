/** Counts the tasks that run, so that what must not meet them can wait until they are done. */
export function createGate() {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function run<T>(task: () => Promise<T>): Promise<T> {
    running += 1;
    try {
      return await task();
    } finally {
      running -= 1;
      if (running === 0) for (const wake of waiting.splice(0)) wake();
    }
  }

  /** Resolves once no task runs. Who lets no new one begin meanwhile is alone then. */
  async function drained(): Promise<void> {
    if (running > 0) await new Promise<void>((resolve) => waiting.push(resolve));
  }

  return { run, drained };
}
