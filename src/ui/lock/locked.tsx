import { useEffect } from 'preact/hooks';
import type { LockView } from '../../model/lock.ts';
import { AskedButton } from '../actions/asked-button.tsx';
import { lock as current } from '../state.ts';
import { whoWaits } from '../waiting/lock-panel.tsx';
import { say } from '../words.ts';
import { useAsking } from './asking.ts';
import { Failed } from './failed.tsx';
import { askPasskey } from './passkey.ts';

/** Asks for the passkey; and says what is left to do without it. */
export function Locked({
  lock,
  atOnce,
}: {
  readonly lock: Extract<LockView, { state: 'locked' | 'unlocked' }>;
  readonly atOnce: boolean;
}) {
  const { busy, failure, ask } = useAsking();
  const unlock = (): Promise<boolean> => ask(async () => ({ kind: 'unlock', secret: await askPasskey(lock.passkey) }));

  useEffect(() => {
    if (!atOnce) return;
    void unlock();
    return () => {
      if (current.value?.state === 'unlocked') window.close();
    };
  }, []);

  return (
    <>
      <h1>{say('lockedTitle')}</h1>
      <p>{whoWaits(lock.waiting)}</p>
      <button type="button" class="primary" disabled={busy.value} onClick={unlock}>
        {say(busy.value ? 'lockAsking' : 'unlock')}
      </button>
      <Failed failure={failure.value} />
      <details>
        <summary>{say('lockGone')}</summary>
        <p>{say('lockGoneWhat')}</p>
        <AskedButton
          label={say('giveUp')}
          look="danger"
          question={{
            ...{ title: say('giveUpTitle'), what: [say('giveUpWhat')] },
            ...{ action: say('giveUpAction'), keep: say('giveUpKeep') },
          }}
          request={{ kind: 'giveUp' }}
        />
      </details>
    </>
  );
}
