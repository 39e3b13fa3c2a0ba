import { MOST_COUNTED } from '../../model/quotas.ts';
import { keep } from '../../structures/bounded-map.ts';

interface Limit {
  /** How often something may be done within the time. */
  readonly most: number;
  readonly withinMs: number;
}

/** Limits how often something is done for each key: a client in a loop would do it endlessly. */
export function createRateLimit<Key>(now: () => number, { most, withinMs }: Limit) {
  const counted = new Map<Key, { readonly times: readonly number[]; readonly isOver: boolean }>();

  /** Whether it may be done once more, which then counts; `over` the first time that it may not, `still over` after that. */
  function take(key: Key): 'ok' | 'over' | 'still over' {
    const before = counted.get(key);
    const recent = before?.times.filter((at) => at > now() - withinMs) ?? [];
    const isOver = recent.length >= most;
    keep(counted, key, { times: isOver ? recent : [...recent, now()], isOver }, MOST_COUNTED);
    if (!isOver) return 'ok';
    return before?.isOver ? 'still over' : 'over';
  }

  return { take };
}
