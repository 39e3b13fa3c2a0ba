import { useAct } from '../actions/act.ts';
import { ActionButton } from '../actions/action-button.tsx';
import { NotDone } from '../actions/not-done.tsx';
import { StateLabel } from '../labels/state-label.tsx';
import { openLockPage } from '../lock-page.ts';
import { hostOf } from '../names.ts';
import { lock, sites } from '../state.ts';
import { listed, say } from '../words.ts';

/** That Holdfast is locked, who waits for it, and the way to unlock it. */
export function LockPanel() {
  const { failure, run } = useAct();
  const view = lock.value;
  if (view?.state !== 'locked') return null;
  const { waiting } = view;
  return (
    <section class="locked" aria-labelledby="locked-title">
      <header>
        <h2 id="locked-title">{say('lockedTitle')}</h2>
        <StateLabel state="locked" />
      </header>
      <p>{whoWaits(waiting)}</p>
      <div class="actions">
        <button type="button" class="primary" data-action="unlock" onClick={() => openLockPage('#unlock')}>
          {say('unlock')}
        </button>
        {waiting.length > 0 && (
          <button
            type="button"
            onClick={() => {
              for (const agent of waiting) void run({ kind: 'stayLocked', agent });
            }}
          >
            {say('askNotNow')}
          </button>
        )}
      </div>
      <NotDone failure={failure} />
      {waiting.length > 0 && <p class="limit">{say('lockedNotNowMeans')}</p>}
    </section>
  );
}

/** Whose requests wait for the vault to be unlocked, and until when. */
export const whoWaits = (agents: readonly string[]): string =>
  agents.length > 0 ? say('lockedWaits', listed(agents.map(hostOf))) : say('lockedWhat');

/** The quiet way to the lock, at the end of the popup. */
export function LockEntry() {
  const state = lock.value?.state ?? 'locked';
  if (state === 'locked' || (state === 'off' && !sites.value?.length)) return null;
  return (
    <footer class="lock-entry">
      <button type="button" class="link" data-action="lock-page" onClick={() => openLockPage()}>
        {say(state === 'off' ? 'lockEntryOff' : 'lockEntryOn')}
      </button>
      {state === 'unlocked' && <ActionButton label={say('lockNow')} look="link" request={{ kind: 'lock' }} />}
    </footer>
  );
}
