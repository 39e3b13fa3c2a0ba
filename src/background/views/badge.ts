import browser from 'webextension-polyfill';
import { type Ask, isLiveState, type SessionView, stateAt, type ViewState } from '../../messages/ui.ts';
import type { Origin } from '../../model/origin.ts';
import { whyMissing } from '../sites/presence.ts';
import type { Protection } from '../sites/protection.ts';
import type { Snapshots } from './snapshot.ts';

/** Those of the states in the views (`tokens.css`), in light. */
export const COLOURS = { bound: '#0b665e', held: '#3d5478', exposed: '#8a4b00', locked: '#4036b3' } as const;

/** Icons by their width in pixels: the grey one, which all other tabs have by the manifest, says that Holdfast is off. */
const ICONS = {
  on: { 16: '/icons/16.png', 32: '/icons/32.png' },
  off: { 16: '/icons/off-16.png', 32: '/icons/off-32.png' },
} as const;

/** What the badge of an agent's tabs is made from. */
interface Standing {
  /** Whether the site is protected. */
  readonly isOn: boolean;
  readonly sessions: readonly SessionView[];
  /** Whether something waits for the person. */
  readonly isAsking: boolean;
  readonly isLocked: boolean;
  /** Whether the page of a tab has to be loaded again for Holdfast to be in it. */
  readonly isMissing: (tab: number) => Promise<boolean>;
}

/**
 * Shows on an agent's tabs that something waits for the person, or that the page has to be loaded again; else how many
 * sessions are bound or held, in the colour of the least; a warning when one is exposed. The icon is grey where Holdfast is off, and
 * its title says all of it in words.
 */
async function updateBadge(agent: Origin, standing: Standing): Promise<void> {
  const { isOn, sessions, isAsking, isLocked, isMissing } = standing;
  const own = sessions.filter((session) => session.agent === agent);
  const states = own.map((session) => stateAt(session, Date.now(), isLocked));
  const live = states.filter(isLiveState).length;
  const least = states.every((state) => !isLiveState(state) || state === 'bound') ? 'bound' : 'held';
  const isExposed = states.includes('exposed');

  async function update(tabId: number): Promise<void> {
    const isWarning = isAsking || isExposed;
    const needsReload = !isAsking && (await isMissing(tabId));
    const text = isAsking ? '?' : needsReload ? '↻' : isExposed ? '!' : live > 0 ? String(live) : '';
    const color = COLOURS[isAsking && isLocked ? 'locked' : isWarning || needsReload ? 'exposed' : least];
    await browser.action.setBadgeBackgroundColor({ tabId, color });
    await browser.action.setBadgeText({ tabId, text });
    const say = browser.i18n.getMessage;
    const on = isAsking ? say('titleAsks') : needsReload ? say('titleReload') : titleOf(states);
    const title = isOn ? on : say('titleOff');
    // Chrome forgets title and icon with each page of a tab, both at once.
    if ((await browser.action.getTitle({ tabId })) === title) return;
    await browser.action.setTitle({ tabId, title });
    await browser.action.setIcon({ tabId, path: ICONS[isOn ? 'on' : 'off'] });
  }

  const tabs = await browser.tabs.query({ url: `${agent}/*`, discarded: false });
  // A tab may close at any moment, its badge with it; and one that is frozen answers when it is shown again.
  await Promise.all(tabs.map(({ id }) => id !== undefined && update(id).catch(() => undefined)));
}

/** How an agent's sessions stand, in one line. */
export function titleOf(states: readonly ViewState[]): string {
  const counted = TITLES.flatMap(([word, ...of]) => {
    const number = states.filter((state) => of.includes(state)).length;
    return number > 0 ? browser.i18n.getMessage(word, [String(number)]) : [];
  });
  const list = new Intl.ListFormat(browser.i18n.getUILanguage(), { type: 'unit' }).format(counted);
  return browser.i18n.getMessage('titleOn', [list || browser.i18n.getMessage('titleNone')]);
}

const TITLES: readonly (readonly [word: string, ...of: ViewState[]])[] = [
  ['titleBound', 'bound'],
  ['titleHeld', 'held', 'refreshBound', 'given'],
  ['titleLocked', 'locked'],
  ['titleExposed', 'exposed'],
];

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
        isOn: sites.includes(agent),
        sessions: sites.includes(agent) ? all : [],
        isAsking: waiting.includes(agent) || asks().some((ask) => ask.agent === agent),
        isLocked: lock.state === 'locked',
        isMissing: async (tab) => (await whyMissing(tab, agent, protection)) !== undefined,
      }).catch(failed);
    }
  }

  /** Takes the badge from a site's tabs. */
  const clear = (site: Origin): Promise<void> =>
    updateBadge(site, { isOn: false, sessions: [], isAsking: false, isLocked: false, isMissing: async () => false });

  return { show, clear };
}

export type Badges = ReturnType<typeof createBadges>;
