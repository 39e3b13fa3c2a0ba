import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useAct } from '../actions/act.ts';
import browser from '../browser.ts';
import { consents } from '../state.ts';

/**
 * Whether an agent has its servers: Chrome's permission, and the person's yes to this agent. And how the person's click
 * gives both.
 */
export function useAccess(agent: string, servers: readonly string[]) {
  const asked = { origins: servers.map((server) => `${server}/*`) };
  /** Undefined until Chrome has said so. */
  const isReachable = useSignal<boolean | undefined>(undefined);
  const isAllowed = useComputed(() => {
    const own = consents.value[agent] ?? [];
    return isReachable.value && servers.every((server) => server === agent || own.includes(server));
  });
  const isAsking = useSignal(false);
  const { failure, run } = useAct();
  useEffect(() => {
    void browser.permissions.contains(asked).then((contained) => {
      isReachable.value = contained;
    });
  }, []);

  const allow = async (): Promise<void> => {
    isAsking.value = true;
    const given = { agent, servers: [...servers] };
    void run({ kind: 'allow', ...given }); // Chrome's dialog may close this view
    isReachable.value = await browser.permissions.request(asked);
    if (!isReachable.value) await run({ kind: 'disallow', ...given });
    isAsking.value = false;
  };
  return { isAllowed, isAsking, failure, allow };
}
