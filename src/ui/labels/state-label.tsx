import type { ViewState } from '../../messages/ui.ts';
import { say } from '../words.ts';

/** Each state has a word, a drawing and a colour; none of them stands alone. */
const LOOK = {
  bound: { word: 'stateBound', drawing: 'M7 11V8a5 5 0 0 1 10 0v3M5 11h14v10H5zM12 15v2' },
  exposed: { word: 'stateExposed', drawing: 'M7 11V7a5 5 0 0 1 9.6-2M5 11h14v10H5zM12 15v2' },
  refused: { word: 'stateRefused', drawing: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM6 6l12 12' },
  locked: {
    word: 'stateLocked',
    drawing: 'M8 11V7a4 4 0 0 1 8 0v4M12 10a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM9.5 16h5',
  },
  expired: { word: 'stateExpired', drawing: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 3' },
  keyLost: { word: 'stateKeyLost', drawing: 'M8 15a4 4 0 1 1 0-6M11 12h1M16 12h5M19 12v3M13 8l3-3M13 16l3 3' },
  damaged: { word: 'stateDamaged', drawing: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12l6 6M15 12l-6 6' },
  ownKey: { word: 'stateOwnKey', drawing: 'M7 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12h10M18 12v3M21 12v3' },
  revoked: { word: 'stateRevoked', drawing: 'M7 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12h10M18 12v3M4 20L20 4' },
} as const satisfies Record<ViewState, { word: string; drawing: string }>;

/** The most important word on any screen. */
export function StateLabel({ state }: { readonly state: ViewState }) {
  const { word, drawing } = LOOK[state];
  return (
    <strong class={`state state-${state}`}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={drawing} />
      </svg>
      {say(word)}
    </strong>
  );
}
