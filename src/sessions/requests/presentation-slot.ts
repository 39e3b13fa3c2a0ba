/** Where a token is presented: a URL, without its query, as one tab uses it. */
export function placeOf(tab: number, url: string): string {
  const { origin, pathname } = new URL(url);
  return `${tab} ${origin}${pathname}`;
}

/** The URL of a place. */
export function urlOf(place: string): string {
  return place.slice(place.indexOf(' ') + 1);
}

/** The tab of a place. */
export function tabOf(place: string): number {
  return Number.parseInt(place, 10);
}
