import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import browser from 'webextension-polyfill';
import { AskCard } from '../components/ask-card.tsx';
import { say } from '../words.ts';

/** Servers that this view was opened for: they can be allowed before an agent asks. */
export function Beforehand({ agent, servers }: { readonly agent: string; readonly servers: readonly string[] }) {
  const allowed = useSignal<boolean | undefined>(undefined);
  const check = async (): Promise<void> => {
    allowed.value = await browser.permissions.contains({ origins: servers.map((server) => `${server}/*`) });
  };
  useEffect(() => void check(), []);
  if (allowed.value === undefined) return null;
  if (allowed.value) return <p data-state="allowed">{say('allowed')}</p>;
  return <AskCard agent={agent} origins={servers} waits={false} onAllowed={check} onDecline={() => window.close()} />;
}
