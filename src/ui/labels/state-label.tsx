import type { ViewState } from '../../messages/ui.ts';
import { Icon, type IconName } from '../icons.tsx';
import { say } from '../words.ts';

/** Each state has a word, a drawing and a colour; none of them stands alone. */
const LOOK = {
  bound: { word: 'stateBound', icon: 'shackle' },
  exposed: { word: 'stateExposed', icon: 'openShackle' },
  refused: { word: 'stateRefused', icon: 'forbidden' },
  locked: { word: 'stateLocked', icon: 'locked' },
  expired: { word: 'stateExpired', icon: 'clock' },
  keyLost: { word: 'stateKeyLost', icon: 'brokenKey' },
  damaged: { word: 'stateDamaged', icon: 'damagedFile' },
  ownKey: { word: 'stateOwnKey', icon: 'key' },
  revoked: { word: 'stateRevoked', icon: 'struckKey' },
} as const satisfies Record<ViewState, { word: string; icon: IconName }>;

/** The most important word on any screen. */
export function StateLabel({ state }: { readonly state: ViewState }) {
  const { word, icon } = LOOK[state];
  return (
    <strong class={`state state-${state}`}>
      <Icon name={icon} />
      {say(word)}
    </strong>
  );
}
