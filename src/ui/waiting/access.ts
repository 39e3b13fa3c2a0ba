import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useAct } from '../actions/act.ts';
import browser from '../browser.ts';

/** Chrome's permission for the servers of an agent: whether it is there, and how the person's click asks for it. */
export function useAccess(agent: string, servers: readonly string[]) {
  const asked = { origins: servers.map((server) => `${server}/*`) };
  /** Undefined until Chrome has said so. */
  const isAllowed = useSignal<boolean | undefined>(undefined);
  const isAsking = useSignal(false);
  const { failure, run } = useAct();
  useEffect(() => {
    void browser.permissions.contains(asked).then((contained) => {
      isAllowed.value = contained;
    });
  }, []);

  const allow = async (): Promise<void> => {
    isAsking.value = true;
    void run({ kind: 'allow', agent }); // Chrome's dialog may close this view
    isAllowed.value = await browser.permissions.request(asked);
    isAsking.value = false;
  };
  return { isAllowed, isAsking, failure, allow };
}
