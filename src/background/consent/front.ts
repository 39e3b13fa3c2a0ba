import browser from 'webextension-polyfill';
import { originOf } from '../../model/origin.ts';
import { MOST_TABS } from '../../model/quotas.ts';
import { keep } from '../../structures/bounded-map.ts';
import type { Changes } from '../changes.ts';

/** Which agents the person has in front of them: in a tab of their own, or in a frame of another page. */
export function createFront(changes: Changes) {
  /** The agents whose pages have arrived in a tab. */
  const arrived = new Map<number, ReadonlySet<string>>();
  changes.on('arrived', (agent, tab) => keep(arrived, tab, new Set([...(arrived.get(tab) ?? []), agent]), MOST_TABS));
  changes.on('tabLeft', (tab) => arrived.delete(tab));

  return {
    async has(agent: string): Promise<boolean> {
      const [{ id = -1, url = '' } = {}] = await browser.tabs.query({ active: true, lastFocusedWindow: true });
      return (URL.canParse(url) && originOf(url) === agent) || (arrived.get(id)?.has(agent) ?? false);
    },
    /** @param listener is called when another tab or window may be in front */
    onChange(listener: () => void): void {
      browser.tabs.onActivated.addListener(listener);
      browser.windows.onFocusChanged.addListener(listener);
    },
  };
}

export type Front = ReturnType<typeof createFront>;
