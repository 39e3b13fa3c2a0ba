import type { Origin } from '../../model/origin.ts';

/** Where a token is presented: an address, without its query, as the agents of one site use it in one tab. */
export interface PresentationSlot {
  readonly tab: number;
  /** Agents that a rule of the network layer cannot tell apart have one. */
  readonly site: string;
  /** Origin and path. */
  readonly url: string;
}

export function slotOf(
  { tab, agent }: { readonly tab: number; readonly agent: Origin },
  url: string,
): PresentationSlot {
  const { origin, pathname } = new URL(url);
  return { tab, site: siteOf(new URL(agent).hostname), url: origin + pathname };
}

/** Slots with the same key are the same. */
export const keyOf = ({ tab, site, url }: PresentationSlot): string => `${tab} ${site} ${url}`;

/**
 * A rule for a host reaches what is below that host too, so both have one site: the last two labels of their names. Unrelated hosts
 * may share those, and then take turns.
 */
function siteOf(hostname: string): string {
  return hostname
    .split('.')
    .slice(hostname.endsWith('localhost') ? -1 : -2)
    .join('.');
}
