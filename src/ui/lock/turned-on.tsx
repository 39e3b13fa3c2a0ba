import type { IdleMinutes, LockView } from '../../model/lock.ts';
import { ActionButton } from '../actions/action-button.tsx';
import { say } from '../words.ts';
import { useAsking } from './asking.ts';
import { Failed } from './failed.tsx';
import { IdleChoice } from './idle-choice.tsx';
import { askPasskey } from './passkey.ts';

/** The lock is on, and the vault unlocked. */
export function TurnedOn({ lock }: { readonly lock: Extract<LockView, { state: 'locked' | 'unlocked' }> }) {
  const { busy, failure, ask } = useAsking();
  const idle = useAsking();
  const turnOff = (): Promise<boolean> =>
    ask(async () => ({ kind: 'turnLockOff', secret: await askPasskey(lock.passkey) }));

  const lockAfter = (idleMinutes: IdleMinutes): Promise<boolean> =>
    idle.ask(async () => ({
      ...{ kind: 'lockAfter', idleMinutes },
      ...(idleMinutes > lock.idleMinutes && { secret: await askPasskey(lock.passkey) }),
    }));

  return (
    <>
      <h1>{say('lockOnTitle')}</h1>
      <p>{say('lockWhen')}</p>
      <IdleChoice value={lock.idleMinutes} onChoose={lockAfter} />
      <Failed failure={idle.failure.value} />
      <div class="actions">
        <ActionButton label={say('lockNow')} look="primary" request={{ kind: 'lock' }} />
        <button type="button" disabled={busy.value} onClick={turnOff}>
          {say(busy.value ? 'lockAsking' : 'lockTurnOff')}
        </button>
      </div>
      <Failed failure={failure.value} />
      <p class="warning">
        <strong>{say('lockLossTitle')}</strong> {say('lockLoss')}
      </p>
      <p class="limit">{say('lockLimit')}</p>
    </>
  );
}
