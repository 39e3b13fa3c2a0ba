import { REMARK_REST_MS } from '../model/lifetimes.ts';
import { MOST_RESTING } from '../model/quotas.ts';
import { keep } from '../structures/bounded-map.ts';

/** Whether something is to be said now: of what a page can repeat without end, once in a while is enough. */
export function createSeldom(now: () => number) {
  const said = new Map<string, number>();
  return (what: string): boolean => {
    const before = said.get(what);
    if (before !== undefined && now() - before < REMARK_REST_MS) return false;
    keep(said, what, now(), MOST_RESTING);
    return true;
  };
}
