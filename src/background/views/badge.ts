import browser from 'webextension-polyfill';
import { type SessionView, stateAt } from '../../messages/ui.ts';

/** Those of the states in the views (`tokens.css`), in light. */
export const COLOURS = { bound: '#0b665e', exposed: '#8a4b00', locked: '#4036b3' } as const;

/** What the badge of an agent's tabs is made from. */
interface Standing {
  readonly sessions: readonly SessionView[];
  /** Whether something waits for the person. */
  readonly isAsking: boolean;
  readonly isLocked: boolean;
  /** Whether the page of a tab has to be loaded again for Holdfast to be in it. */
  readonly isMissing: (tab: number) => Promise<boolean>;
}

/**
 * Shows on an agent's tabs that something waits for the person, or that the page has to be loaded again; else how many
 * sessions are bound, in a warning colour when one is exposed.
 */
export async function updateBadge(agent: string, { sessions, isAsking, isLocked, isMissing }: Standing): Promise<void> {
  const own = sessions.filter((session) => session.agent === agent);
  const states = own.map((session) => stateAt(session, Date.now(), isLocked));
  const bound = states.filter((state) => state === 'bound').length;
  const isExposed = states.includes('exposed');

  async function update(tabId: number): Promise<void> {
    const isWarning = isAsking || isExposed;
    const needsReload = !isAsking && (await isMissing(tabId));
    const text = isAsking ? '?' : needsReload ? '↻' : isExposed ? '!' : bound > 0 ? String(bound) : '';
    const color = COLOURS[isAsking && isLocked ? 'locked' : isWarning || needsReload ? 'exposed' : 'bound'];
    await browser.action.setBadgeBackgroundColor({ tabId, color });
    await browser.action.setBadgeText({ tabId, text });
  }

  const tabs = await browser.tabs.query({ url: `${agent}/*`, discarded: false });
  // A tab may close at any moment, its badge with it; and one that is frozen answers when it is shown again.
  await Promise.all(tabs.map(({ id }) => id !== undefined && update(id).catch(() => undefined)));
}
