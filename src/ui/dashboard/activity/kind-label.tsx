import type { ComponentChildren } from 'preact';
import type { ActivityKind } from '../../../model/activity.ts';
import { Icon } from '../../icons.tsx';
import { say } from '../../words.ts';
import { KIND_WORDS } from './kind-words.ts';

/** How a kind of line looks: what went well is quiet, what asks for a look is not. */
const ICONS = {
  key: 'smallKey',
  proof: 'check',
  challenge: 'exchange',
  refusal: 'cross',
  ended: 'smallClock',
  warning: 'warning',
  shield: 'smallShield',
} as const;

const LOOK: Readonly<Record<ActivityKind, keyof typeof ICONS>> = {
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
      <Icon name={ICONS[look]} />
      {children ?? say(word)}
    </span>
  );
}
