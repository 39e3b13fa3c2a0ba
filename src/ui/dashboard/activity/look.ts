import type { ActivityKind, ActivityLine } from '../../../model/activity.ts';

/** How a line looks: what went well is quiet, what asks for a look is not. */
export type Look = 'key' | 'box' | 'proof' | 'challenge' | 'refusal' | 'ended' | 'warning' | 'shield';

const LOOKS: Readonly<Record<ActivityKind, Look>> = {
  ...{ authorized: 'key', exchanged: 'key', refreshed: 'key', ownKey: 'key' },
  ...{ held: 'box', given: 'box', replaced: 'box', widened: 'box', narrowed: 'ended' },
  ...{ proved: 'proof', presented: 'proof', challenged: 'challenge', drilled: 'shield' },
  ...{ refused: 'refusal', denied: 'refusal', refusedBearer: 'refusal', failed: 'refusal', keyLost: 'refusal' },
  ...{ deleted: 'ended', revoked: 'ended', retired: 'ended', expired: 'ended', endedUnasked: 'ended' },
  ...{ exposed: 'warning', unserved: 'warning', unproved: 'warning', unreached: 'warning', unasked: 'warning' },
  ...{ repeated: 'warning', passedOn: 'warning', withoutKey: 'warning', overruled: 'warning' },
};

/** A drill that found something wrong is no shield. */
export function lookOf({ kind, code }: ActivityLine): Look {
  if (kind !== 'drilled' || code === 'enforced' || code === 'advised') return LOOKS[kind];
  return code === 'broken' || code === 'notEnforced' ? 'refusal' : 'warning';
}
