import type { Origin } from '../../model/origin.ts';
import type { AccessDesk } from './access.ts';
import type { Attention } from './prompt-window.ts';

/** The person allows an agent its servers, and is about to be asked by Chrome. */
export function createAllow(desk: Pick<AccessDesk, 'asks' | 'forgive'>, attention: Pick<Attention, 'asksChrome'>) {
  return async (agent: Origin): Promise<void> => {
    attention.asksChrome(desk.asks().some((ask) => ask.agent === agent));
    await desk.forgive(agent);
  };
}
