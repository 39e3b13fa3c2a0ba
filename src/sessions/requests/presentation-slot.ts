/** Where a token is presented: an address, without its query, as one tab uses it. */
export interface PresentationSlot {
  readonly tab: number;
  /** Origin and path. */
  readonly url: string;
}

export function slotOf(tab: number, url: string): PresentationSlot {
  const { origin, pathname } = new URL(url);
  return { tab, url: origin + pathname };
}

/** Slots with the same key are the same. */
export const keyOf = ({ tab, url }: PresentationSlot): string => `${tab} ${url}`;
