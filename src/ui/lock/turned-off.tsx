import { useSignal } from '@preact/signals';
import { IDLE_MINUTES, type IdleMinutes } from '../../model/lock.ts';
import browser from '../browser.ts';
import { say } from '../words.ts';
import { useAsking } from './asking.ts';
import { Failed } from './failed.tsx';
import { IdleChoice } from './idle-choice.tsx';
import { createPasskey } from './passkey.ts';

/** What the lock does and what it costs, before it is turned on. */
export function TurnedOff() {
  const { busy, failure, ask } = useAsking();
  const idleMinutes = useSignal<IdleMinutes>(IDLE_MINUTES[0]);

  const turnOn = (): Promise<boolean> => {
    // Chrome grants it without a question; it has to be asked for within the click.
    const granted = browser.permissions.request({ permissions: ['idle'] });
    return ask(async () => {
      await granted;
      return { kind: 'turnLockOn', ...(await createPasskey(say('lockPasskeyName'))), idleMinutes: idleMinutes.value };
    });
  };

  return (
    <>
      <h1>{say('lockTitle')}</h1>
      <p>{say('lockWhat')}</p>
      <p>{say('lockWhen')}</p>
      <IdleChoice
        value={idleMinutes.value}
        onChoose={(minutes) => {
          idleMinutes.value = minutes;
        }}
      />
      <p class="warning">
        <strong>{say('lockLossTitle')}</strong> {say('lockLoss')}
      </p>
      <button type="button" class="primary" disabled={busy.value} onClick={turnOn}>
        {say(busy.value ? 'lockAsking' : 'lockTurnOn')}
      </button>
      <Failed failure={failure.value} />
      <p class="limit">{say('lockLimit')}</p>
    </>
  );
}
