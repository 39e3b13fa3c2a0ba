import { isSecureTransport } from '../../protocol/oauth/loopback.ts';
import browser from '../browser.ts';

/** The site in front of the person. */
export interface Front {
  /** Undefined on a page that cannot be protected. */
  readonly origin: string | undefined;
  /** The tab that shows it; undefined when the view was opened for a site, not over one. */
  readonly tab: number | undefined;
  /** Servers to allow beforehand. */
  readonly servers: readonly string[];
}

/** Reads the address of the view (`?site=…&server=…`, in a window of its own `&window=`), or asks which tab is in front. */
export async function findFront(address: URL): Promise<Front> {
  const servers = address.searchParams.getAll('server').flatMap((server) => originOf(server) ?? []);
  const site = address.searchParams.get('site');
  if (site !== null) return { origin: originOf(site), tab: undefined, servers };
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  return { origin: tab?.url ? originOf(tab.url) : undefined, tab: tab?.id, servers };
}

/** The origin of a page that Holdfast may protect: one that tokens may travel to. */
function originOf(url: string): string | undefined {
  return URL.canParse(url) && isSecureTransport(url) ? new URL(url).origin : undefined;
}
