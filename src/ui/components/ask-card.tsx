import { useSignal } from '@preact/signals';
import browser from 'webextension-polyfill';
import type { AskPurpose } from '../../messages/ui.ts';
import { hostOf } from '../session/name.ts';
import { count, say } from '../words.ts';
import { Term } from './term.tsx';

interface Question {
  readonly agent: string;
  readonly origins: readonly string[];
  readonly purpose?: AskPurpose | undefined;
  /** Whether an agent waits for the answer. */
  readonly waits: boolean;
  readonly onAllowed?: () => void;
  readonly onDecline: () => void;
}

/** Says who wants what of whom, and asks Chrome for it on the person's click. */
export function AskCard({ agent, origins, purpose, waits, onAllowed, onDecline }: Question) {
  const asked = useSignal(false);
  const allow = async (): Promise<void> => {
    asked.value = true;
    const granted = await browser.permissions.request({ origins: origins.map((origin) => `${origin}/*`) });
    asked.value = false;
    if (granted) onAllowed?.();
  };
  return (
    <section class="ask" aria-labelledby="ask-title">
      <h2 id="ask-title">{sentence(hostOf(agent), purpose)}</h2>
      <p>{count('askNeeds', origins.length)}</p>
      <ul>
        {origins.map((origin) => (
          <li key={origin}>
            <code>{origin}</code> <Role origin={origin} purpose={purpose} />
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

function sentence(agent: string, purpose: AskPurpose | undefined): string {
  if (!purpose) return say('askWho', agent);
  const issuer = purpose.issuer && hostOf(purpose.issuer);
  const resource = purpose.resource && hostOf(purpose.resource);
  if (issuer && resource) return say('askSignInAtFor', agent, issuer, resource);
  if (issuer) return say('askSignInAt', agent, issuer);
  if (!resource) return say('askWho', agent);
  return say(purpose.kind === 'use' ? 'askUse' : 'askSignInFor', agent, resource);
}

function Role({ origin, purpose }: { readonly origin: string; readonly purpose: AskPurpose | undefined }) {
  const roles = [
    ...(origin === purpose?.issuer ? (['issuer'] as const) : []),
    ...(origin === purpose?.resource ? (['resource'] as const) : []),
  ];
  return roles.map((role) => (
    <span key={role} class="quiet">
      <Term name={role}>{say(role === 'issuer' ? 'roleIssuer' : 'roleResource')}</Term>
    </span>
  ));
}
