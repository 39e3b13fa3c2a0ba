import type { Origin } from '../../model/origin.ts';
import type { HostAccess } from './access.ts';
import type { PromptWindow } from './prompt-window.ts';

/** The person allows an agent its servers, and is about to be asked by Chrome. */
export function createAllow(
  access: Pick<HostAccess, 'asks' | 'forgive'>,
  promptWindow: Pick<PromptWindow, 'asksChrome'>,
) {
  return async (agent: Origin): Promise<void> => {
    promptWindow.asksChrome(access.asks().some((ask) => ask.agent === agent));
    await access.forgive(agent);
  };
}
