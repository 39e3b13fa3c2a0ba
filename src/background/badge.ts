import browser from 'webextension-polyfill';
import { type SessionView, stateAt } from '../messages/ui.ts';

const COLOURS = { bound: '#0f766e', exposed: '#b45309', locked: '#4338ca' } as const;

/** Shows on an agent's tabs how many of its sessions are bound, in a warning colour when one is exposed. */
export async function updateBadge(
  agent: string,
  sessions: readonly SessionView[],
  asking: boolean,
  isLocked: boolean,
): Promise<void> {
  const own = sessions.filter((session) => session.agent === agent);
  const states = own.map((session) => stateAt(session, Date.now(), isLocked));
  const bound = states.filter((state) => state === 'bound').length;
  const exposed = states.filter((state) => state === 'exposed').length;
  const text = asking ? '?' : exposed > 0 ? '!' : bound > 0 ? String(bound) : '';
  const color = COLOURS[asking && isLocked ? 'locked' : asking || exposed > 0 ? 'exposed' : 'bound'];
  for (const { id: tabId } of await browser.tabs.query({ url: `${agent}/*` })) {
    if (tabId === undefined) continue;
    // A tab may close at any moment; its badge goes with it.
    await browser.action.setBadgeBackgroundColor({ tabId, color }).catch(() => undefined);
    await browser.action.setBadgeText({ tabId, text }).catch(() => undefined);
  }
}
