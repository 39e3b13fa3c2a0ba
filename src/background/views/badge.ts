import browser from 'webextension-polyfill';
import { type Ask, type SessionView, stateAt } from '../../messages/ui.ts';
import type { Origin } from '../../model/origin.ts';
import { whyMissing } from '../sites/presence.ts';
import type { Protection } from '../sites/protection.ts';
import type { Snapshots } from './snapshot.ts';

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
async function updateBadge(agent: Origin, { sessions, isAsking, isLocked, isMissing }: Standing): Promise<void> {
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

interface Parts {
  readonly snapshots: Snapshots;
  readonly protection: Protection;
  readonly asks: () => readonly Ask[];
  readonly failed: (error: unknown) => void;
}

/** The badges of agents' tabs. */
export function createBadges({ snapshots, protection, asks, failed }: Parts) {
  /** Shows on their tabs how agents stand now. */
  async function show(agents: readonly Origin[]): Promise<void> {
    const [all, sites, lock] = await Promise.all([snapshots.everyView(), protection.list(), snapshots.lockView()]);
    const waiting = lock.state === 'off' ? [] : lock.waiting;
    for (const agent of agents) {
      void updateBadge(agent, {
        sessions: sites.includes(agent) ? all : [],
        isAsking: waiting.includes(agent) || asks().some((ask) => ask.agent === agent),
        isLocked: lock.state === 'locked',
        isMissing: async (tab) => (await whyMissing(tab, agent, protection)) !== undefined,
      }).catch(failed);
    }
  }

  /** Takes the badge from a site's tabs. */
  const clear = (site: Origin): Promise<void> =>
    updateBadge(site, { sessions: [], isAsking: false, isLocked: false, isMissing: async () => false });

  return { show, clear };
}

export type Badges = ReturnType<typeof createBadges>;
