import { strictnessOf } from './bearer-policy.ts';
import type { Policy } from './policy.ts';

/** Whether a policy lets something be that the other did not. */
export function isLooser(next: Policy, now: Policy): boolean {
  return (
    strictnessOf(next.bearer) < strictnessOf(now.bearer) ||
    (now.custody && !next.custody) ||
    isWider(next.handedOver, now.handedOver) ||
    isWider(next.servers, now.servers) ||
    isWider(next.algorithms, now.algorithms)
  );
}

/** Undefined: any. */
function isWider<Item>(next: readonly Item[] | undefined, now: readonly Item[] | undefined): boolean {
  return now !== undefined && (next === undefined || next.some((item) => !now.includes(item)));
}
