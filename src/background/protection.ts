import browser from 'webextension-polyfill';
import relay from '../content/relay.iife.ts?script&iife';
import wrapper from '../page/wrapper.iife.ts?script&iife';
import type { Origin } from '../sessions/session.ts';

const ID = /^(?:page|relay) (.+)$/;

/**
 * Protected sites. What Chrome has granted and registered is the truth: there is no list of our own that could disagree.
 *
 * @param changed is called whenever the list may have changed
 */
export function createProtection(changed: () => void) {
  const wanted = new Set<Origin>();
  let sites = read();

  browser.permissions.onAdded.addListener(() => void refresh().then(fulfil));
  browser.permissions.onRemoved.addListener(() => void refresh());

  /** The sites whose scripts are registered and whose permission stands. Scripts without permission are unregistered. */
  async function read(): Promise<Set<Origin>> {
    const found = new Set<Origin>();
    const orphaned: string[] = [];
    for (const { id } of await browser.scripting.getRegisteredContentScripts()) {
      const origin = ID.exec(id)?.[1] as Origin | undefined;
      if (origin && (await isGranted(origin))) found.add(origin);
      else orphaned.push(id);
    }
    if (orphaned.length > 0) await browser.scripting.unregisterContentScripts({ ids: orphaned });
    return found;
  }

  async function refresh(): Promise<void> {
    sites = read();
    await sites;
    changed();
  }

  /** Registers the scripts for a site, now or when Chrome says that the person has granted it. */
  async function protect(origin: Origin): Promise<void> {
    wanted.add(origin);
    await fulfil();
  }

  async function fulfil(): Promise<void> {
    for (const origin of [...wanted]) {
      if (!(await isGranted(origin))) continue;
      wanted.delete(origin);
      if (!(await sites).has(origin)) await browser.scripting.registerContentScripts(scriptsFor(origin));
      await refresh();
    }
  }

  /** Unregisters the scripts and gives the permission back. */
  async function unprotect(origin: Origin): Promise<void> {
    wanted.delete(origin);
    await browser.scripting.unregisterContentScripts({ ids: scriptsFor(origin).map(({ id }) => id) });
    await browser.permissions.remove({ origins: [`${origin}/*`] });
    await refresh();
  }

  return {
    protect,
    unprotect,
    list: async () => [...(await sites)],
    isProtected: async (origin: string) => (await sites).has(origin as Origin),
  };
}

export type Protection = ReturnType<typeof createProtection>;

export function isGranted(origin: string): Promise<boolean> {
  return browser.permissions.contains({ origins: [`${origin}/*`] });
}

function scriptsFor(origin: Origin) {
  const everywhere = {
    matches: [`${origin}/*`],
    runAt: 'document_start' as const,
    allFrames: true,
    matchOriginAsFallback: true,
    persistAcrossSessions: true,
  };
  return [
    { ...everywhere, id: `page ${origin}`, js: [wrapper], world: 'MAIN' as const },
    { ...everywhere, id: `relay ${origin}`, js: [relay], world: 'ISOLATED' as const },
  ];
}
