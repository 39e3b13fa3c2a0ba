import type { ComponentChildren } from 'preact';
import type { ActivityKind } from '../../../model/activity.ts';
import { say } from '../../words.ts';
import { KIND_WORDS } from './kind-words.ts';

/** How a kind of line looks: what went well is quiet, what asks for a look is not. */
const LOOKS = {
  key: 'M6 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM9 8h5.5M12.5 8v2.5',
  proof: 'M3 8.5l3 3 7-7',
  challenge: 'M3 5.5h8l-2-2M13 10.5H5l2 2',
  refusal: 'M4 4l8 8M12 4l-8 8',
  ended: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5.5V8l2 1.5',
  warning: 'M8 2.5L14.5 13.5H1.5zM8 6.5v3.5M8 12v.1',
  shield: 'M8 2l5 2v4c0 3.5-2.2 5.2-5 6.3C5.2 13.2 3 11.5 3 8V4z',
} as const;

const LOOK: Readonly<Record<ActivityKind, keyof typeof LOOKS>> = {
  ...{ authorized: 'key', exchanged: 'key', refreshed: 'key', ownKey: 'key' },
  ...{ proved: 'proof', presented: 'proof', challenged: 'challenge', drilled: 'shield' },
  ...{ refused: 'refusal', denied: 'refusal', refusedBearer: 'refusal', failed: 'refusal', keyLost: 'refusal' },
  ...{ revoked: 'ended', retired: 'ended', expired: 'ended' },
  ...{ exposed: 'warning', unproved: 'warning' },
};

/** What happened: a drawing and a word, in a colour. */
export function KindLabel({ kind, children }: { readonly kind: ActivityKind; readonly children?: ComponentChildren }) {
  const look = LOOK[kind];
  const [word, what] = KIND_WORDS[kind];
  return (
    <span class={`kind kind-${look}`} title={say(what)}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={LOOKS[look]} />
      </svg>
      {children ?? say(word)}
    </span>
  );
}
