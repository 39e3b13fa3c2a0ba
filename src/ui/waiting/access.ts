import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Action } from '../../messages/ui-request.ts';
import { useAct } from '../actions/act.ts';
import browser from '../browser.ts';
import { consents } from '../state.ts';

/**
 * Whether an agent has its servers: Chrome's permission, and the person's yes to this agent. And how the person's click
 * gives both.
 */
export function useAccess(agent: string, servers: readonly string[]) {
  /** Undefined until Chrome has said so. */
  const isReachable = useSignal<boolean | undefined>(undefined);
  const isAllowed = useComputed(() => {
    const own = consents.value[agent] ?? [];
    return isReachable.value && servers.every((server) => server === agent || own.includes(server));
  });
  const isAsking = useSignal(false);
  const { failure, run } = useAct();
  useEffect(() => {
    void browser.permissions.contains(askedOf(servers)).then((contained) => {
      isReachable.value = contained;
    });
  }, []);

  const allow = async (): Promise<void> => {
    isAsking.value = true;
    isReachable.value = await allowServers(run, agent, servers);
    isAsking.value = false;
  };
  return { isAllowed, isAsking, failure, allow };
}

/** The person's click allows an agent its servers, and asks Chrome for its half. @returns whether Chrome has it then */
export async function allowServers(
  run: (request: Action) => Promise<unknown>,
  agent: string,
  servers: readonly string[],
): Promise<boolean> {
  const given = { agent, servers: [...servers] };
  const allowing = run({ kind: 'allow', ...given }); // before Chrome’s dialog: that may close this view
  const isReachable = await browser.permissions.request(askedOf(servers));
  await allowing; // what the click is for may ask for it at once
  if (!isReachable) await run({ kind: 'disallow', ...given });
  return isReachable;
}

const askedOf = (servers: readonly string[]) => ({ origins: servers.map((server) => `${server}/*`) });
