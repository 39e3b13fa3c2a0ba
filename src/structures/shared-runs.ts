import { keep } from './bounded-map.ts';

interface Sharing<Result> {
  /** How long a result is shared after its run, in milliseconds. */
  readonly forMs: number;
  /** Maximum runs that are remembered. */
  readonly most: number;
  /** Whether a result may be shared after its run: a failure may not. */
  readonly lasts: (result: Result) => boolean;
}

interface Shared<Result> {
  readonly result: Promise<Result>;
  readonly got: WeakSet<object>;
  /** When it ended, in milliseconds since the epoch; undefined while it is under way. */
  endedAt?: number;
}

/**
 * Runs that several ask for: whoever asks while one is under way gets its result. Whoever was there when it ended, in
 * milliseconds since the epoch, gets it once, where they ask soon after.
 */
export function createSharedRuns<Asker extends { readonly since: number }, Result>(
  now: () => number,
  { forMs, most, lasts }: Sharing<Result>,
) {
  const runs = new Map<string, Shared<Result>>();

  /** @param isOld the result of a run that has ended is of no use now */
  function isFor(asker: Asker, { endedAt, got }: Shared<Result>, isOld: boolean): boolean {
    if (endedAt === undefined) return true;
    return !isOld && endedAt + forMs > now() && endedAt > asker.since && !got.has(asker);
  }

  return (key: string, asker: Asker, isOld: boolean, task: () => Promise<Result>): Promise<Result> => {
    const before = runs.get(key);
    if (before && isFor(asker, before, isOld)) {
      before.got.add(asker);
      return before.result;
    }
    const run: Shared<Result> = { result: task(), got: new WeakSet([asker]) };
    keep(runs, key, run, most);
    const forget = (): void => {
      if (runs.get(key) === run) runs.delete(key);
    };
    run.result.then((result) => {
      if (!lasts(result)) return forget();
      run.endedAt = now();
      setTimeout(forget, forMs);
    }, forget);
    return run.result;
  };
}
