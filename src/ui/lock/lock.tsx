import { StateLabel } from '../labels/state-label.tsx';
import { lock } from '../state.ts';
import { say } from '../words.ts';
import { Confirm } from './confirm.tsx';
import { Locked } from './locked.tsx';
import { TurnedOff } from './turned-off.tsx';
import { TurnedOn } from './turned-on.tsx';
import type { Wish } from './wish.ts';

interface Props {
  /** Whether the passkey is asked for at once. */
  readonly atOnce: boolean;
  /** What is to be done with the passkey, beside the lock itself. */
  readonly wish: Wish | undefined;
}

/** The one page of the passkey lock: to turn it on, to unlock, to loosen something, to turn it off. */
export function Lock({ atOnce, wish }: Props) {
  const view = lock.value;
  if (!view) return null;
  return (
    <main data-lock={view.state}>
      <header>
        <img src="/icons/icon.svg" width="20" height="20" alt="" />
        <p>{say('extensionName')}</p>
        {view.state === 'locked' && <StateLabel state="locked" />}
        {view.state === 'unlocked' && <span class="tag tag-on">{say('lockOn')}</span>}
      </header>
      {view.state === 'off' && <TurnedOff />}
      {view.state === 'locked' && <Locked lock={view} atOnce={atOnce} />}
      {view.state === 'unlocked' && (wish ? <Confirm lock={view} wish={wish} /> : <TurnedOn lock={view} />)}
    </main>
  );
}
