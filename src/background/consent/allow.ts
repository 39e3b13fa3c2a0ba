import type { Origin } from '../../model/origin.ts';
import type { Protection } from '../sites/protection.ts';
import type { HostAccess } from './access.ts';
import type { PromptWindow } from './prompt-window.ts';

/** The person allows an agent its servers, and is about to be asked by Chrome, unless Chrome has allowed them already. */
export function createAllow(
  access: Pick<HostAccess, 'asks' | 'allow' | 'isReachable'>,
  promptWindow: Pick<PromptWindow, 'asksChrome'>,
  protection: Pick<Protection, 'leave'>,
) {
  return async (agent: Origin, servers: readonly Origin[]): Promise<void> => {
    await protection.leave(servers);
    const reachable = await Promise.all(servers.map(access.isReachable));
    if (!reachable.every(Boolean))
      promptWindow.asksChrome(access.asks().some((ask) => ask.agent === agent && !ask.further));
    await access.allow(agent, servers);
  };
}
