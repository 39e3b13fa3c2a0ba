import { useSignal } from '@preact/signals';
import browser from 'webextension-polyfill';
import { count, say } from '../words.ts';

interface Question {
  readonly agent: string;
  readonly origins: readonly string[];
  /** Whether an agent waits for the answer. */
  readonly waits: boolean;
  readonly onAllowed?: () => void;
  readonly onDecline: () => void;
}

/** Says who wants what of whom, and asks Chrome for it on the person's click. */
export function AskCard({ agent, origins, waits, onAllowed, onDecline }: Question) {
  const asked = useSignal(false);
  const allow = async (): Promise<void> => {
    asked.value = true;
    const granted = await browser.permissions.request({ origins: origins.map((origin) => `${origin}/*`) });
    asked.value = false;
    if (granted) onAllowed?.();
  };
  return (
    <section class="ask" aria-labelledby="ask-title">
      <h2 id="ask-title">{say('askWho', new URL(agent).host)}</h2>
      <p>{count('askNeeds', origins.length)}</p>
      <ul>
        {origins.map((origin) => (
          <li key={origin}>
            <code>{origin}</code>
          </li>
        ))}
      </ul>
      <div class="actions">
        <button type="button" class="primary" data-action="allow" disabled={asked.value} onClick={allow}>
          {say('askAllow')}
        </button>
        <button type="button" onClick={onDecline}>
          {say('askNotNow')}
        </button>
      </div>
      <p class="limit">
        {say('askNotNowMeans')} {waits && say('askWaits')}
      </p>
    </section>
  );
}
