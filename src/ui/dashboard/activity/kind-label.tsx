import type { ComponentChildren } from 'preact';
import type { ActivityLine } from '../../../model/activity.ts';
import { Icon, type IconName } from '../../icons.tsx';
import { say } from '../../words.ts';
import { KIND_WORDS } from './kind-words.ts';
import { type Look, lookOf } from './look.ts';

const ICONS = {
  key: 'smallKey',
  box: 'smallBox',
  proof: 'check',
  challenge: 'exchange',
  refusal: 'cross',
  ended: 'smallClock',
  warning: 'warning',
  shield: 'smallShield',
} as const satisfies Record<Look, IconName>;

/** What happened: a drawing and a word, in a colour. */
export function KindLabel({ line, children }: { readonly line: ActivityLine; readonly children?: ComponentChildren }) {
  const look = lookOf(line);
  return (
    <span class={`kind kind-${look}`}>
      <Icon name={ICONS[look]} />
      {children ?? say(KIND_WORDS[line.kind][0])}
    </span>
  );
}
