import type { ViewState } from '../../messages/ui.ts';
import { Icon, type IconName } from '../icons.tsx';
import { say } from '../words.ts';

/** Each state has a word, a drawing and a colour; none of them stands alone. */
const LOOK = {
  bound: { word: 'stateBound', icon: 'shackle' },
  refreshBound: { word: 'stateRefreshBound', icon: 'box' },
  held: { word: 'stateHeld', icon: 'box' },
  given: { word: 'stateGiven', icon: 'keyInBox' },
  exposed: { word: 'stateExposed', icon: 'openShackle' },
  refused: { word: 'stateRefused', icon: 'forbidden' },
  locked: { word: 'stateLocked', icon: 'locked' },
  expired: { word: 'stateExpired', icon: 'clock' },
  keyLost: { word: 'stateKeyLost', icon: 'brokenKey' },
  damaged: { word: 'stateDamaged', icon: 'damagedFile' },
  ownKey: { word: 'stateOwnKey', icon: 'key' },
  revoked: { word: 'stateRevoked', icon: 'struckKey' },
} as const satisfies Record<ViewState, { word: string; icon: IconName }>;

export const stateWord = (state: ViewState): string => say(LOOK[state].word);

/** The most important word on any screen. */
export function StateLabel({ state }: { readonly state: ViewState }) {
  return (
    <strong class={`state state-${state}`}>
      <Icon name={LOOK[state].icon} />
      {stateWord(state)}
    </strong>
  );
}
