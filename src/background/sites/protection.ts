import browser from 'webextension-polyfill';
import relay from '../../content/relay.iife.ts?script&iife';
import { CHROME_ANSWER_MS } from '../../model/lifetimes.ts';
import { isOrigin, type Origin } from '../../model/origin.ts';
import tokensWrapper from '../../page/tokens-wrapper.iife.ts?script&iife';
import wrapper from '../../page/wrapper.iife.ts?script&iife';
import type { Changes } from '../changes.ts';
import type { Policies } from './policies.ts';

type Decided = Pick<Policies, 'of' | 'protects'>;

/**
 * Protected sites: what Chrome has granted and registered. Chrome forgets registered scripts when the extension is
 * updated, so the list is kept too, and a site on it whose permission still stands is registered again. So is one that the
 * organization has protected.
 *
 * @param now milliseconds since the epoch
 */
export function createProtection(policies: Decided, { tell, failed }: Changes, now: () => number) {
  const memory = createMemory();
  let reading = read();

  browser.permissions.onAdded.addListener(() => void update().then(fulfil).catch(failed));
  browser.permissions.onRemoved.addListener(() => void update().catch(failed));
  // Pages that were open before have no relay, or one of a Holdfast that is gone.
  void memory
    .isFirst()
    .then((isFirst) => isFirst && tell('sites'))
    .catch(failed);
  // Nothing to do but to be awake: `read` has run by then.
  browser.runtime.onInstalled.addListener(() => undefined);
  browser.runtime.onStartup.addListener(() => undefined);

  async function read(): Promise<Set<Origin>> {
    const { sites: kept } = await browser.storage.local.get({ sites: [] });
    const registered = await browser.scripting.getRegisteredContentScripts();
    const listed = new Set([...originsIn(kept), ...registered.flatMap(({ id }) => siteOf(id) ?? [])]);
    const found = new Set<Origin>();
    for (const origin of new Set([...listed, ...(await policies.protects())])) {
      if (await isGranted(origin)) found.add(origin);
    }
    const isNew = [...found].filter((origin) => !listed.has(origin));
    if (isNew.length > 0) await memory.change(({ fresh }) => isNew.map((origin) => fresh.add(origin)));

    const orphaned = registered.flatMap(({ id }) => {
      const site = siteOf(id);
      return site && found.has(site) ? [] : [id];
    });
    if (orphaned.length > 0) await browser.scripting.unregisterContentScripts({ ids: orphaned });
    const standing = new Map(registered.map(({ id, js }) => [id, js?.[0]]));
    const wanted = (await Promise.all([...found].map(scriptsFor))).flat();
    const missing = wanted.filter(({ id }) => !standing.has(id));
    if (missing.length > 0) await browser.scripting.registerContentScripts(missing);
    const different = wanted.filter(({ id, js }) => standing.has(id) && standing.get(id) !== js[0]);
    if (different.length > 0) await browser.scripting.updateContentScripts(different);
    await browser.storage.local.set({ sites: [...found] });
    return found;
  }

  /** Chrome may fail once to register a script: what is protected is then read, and registered, again. */
  function sites(): Promise<Set<Origin>> {
    reading = reading.catch(read);
    return reading;
  }

  /** Changes something, then reads the truth again; one change after another. What did change is told in any case. */
  async function update(change: (sites: Set<Origin>) => Promise<void> = async () => undefined): Promise<void> {
    const changing = sites().then(change);
    reading = changing.then(read, read);
    try {
      await Promise.all([changing, reading]);
    } finally {
      tell('sites');
    }
  }

  /** Registers the scripts for a site, now or when Chrome says that the person has granted it. */
  async function protect(origin: Origin): Promise<void> {
    await memory.change(({ wanted }) => wanted.set(origin, now() + CHROME_ANSWER_MS));
    await fulfil();
  }

  /** The person allows these as servers: what Chrome says to that does not protect them. */
  async function leave(origins: readonly Origin[]): Promise<void> {
    await memory.change(({ wanted }) => origins.map((origin) => wanted.delete(origin)));
  }

  async function fulfil(): Promise<void> {
    for (const [origin, until] of (await memory.get()).wanted) {
      if (now() >= until) await leave([origin]);
      else if (await isGranted(origin)) await begin(origin);
    }
  }

  async function begin(origin: Origin): Promise<void> {
    await memory.change(({ wanted, fresh }) => wanted.delete(origin) && fresh.add(origin));
    await update((listed) => browser.storage.local.set({ sites: [...listed, origin] }));
  }

  /** Unregisters the scripts and gives the permission back. */
  async function unprotect(origin: Origin): Promise<void> {
    await memory.change(({ wanted }) => wanted.delete(origin));
    await update(async (listed) => {
      await browser.scripting.unregisterContentScripts({ ids: [pageId(origin), relayId(origin)] });
      await browser.storage.local.set({ sites: [...listed].filter((other) => other !== origin) });
      // What an organization's own package has from the start cannot be given back.
      await browser.permissions.remove({ origins: [`${origin}/*`] }).catch(() => undefined);
    });
  }

  /** The scripts of a site depend on its policy: from the next load of its pages on. */
  async function scriptsFor(origin: Origin) {
    const { custody, handedOver } = await policies.of(origin);
    const isCustodian = custody && handedOver.length === 0;
    const everywhere = {
      matches: [`${origin}/*`],
      runAt: 'document_start' as const,
      allFrames: true,
      matchOriginAsFallback: true,
      persistAcrossSessions: true,
    };
    return [
      { ...everywhere, id: pageId(origin), js: [isCustodian ? wrapper : tokensWrapper], world: 'MAIN' as const },
      { ...everywhere, id: relayId(origin), js: [relay], world: 'ISOLATED' as const },
    ];
  }

  return {
    protect,
    leave,
    unprotect,
    /** Registers anew what a changed policy wants registered differently. */
    register: () => update().catch(failed),
    list: async () => [...(await sites())],
    /** The sites that the organization wants protected, and that Chrome does not let Holdfast into. */
    async wanted(): Promise<Origin[]> {
      const [listed, theirs] = await Promise.all([sites(), policies.protects()]);
      return theirs.filter((origin) => !listed.has(origin));
    },
    isProtected: async (origin: Origin) => (await sites()).has(origin),
    /** Whether the site was protected since the browser last loaded Holdfast. */
    isNew: async (origin: Origin) => (await memory.get()).fresh.has(origin),
  };
}

/** What is known of protected sites as long as the browser runs this Holdfast: no longer than until it is updated or reloaded. */
function createMemory() {
  const stored = browser.storage.session.get({ wanted: {}, fresh: null });
  const kept = stored.then(({ wanted, fresh }) => ({
    /**
     * Sites that the person protects, as soon as Chrome's dialog is answered: the worker may be ended while it is open. Chrome
     * tells nobody of a no, so that each has a time, in milliseconds since the epoch, until which a yes is its answer.
     */
    wanted: new Map<Origin, number>(Object.entries(wanted as Record<Origin, number>) as [Origin, number][]),
    /** Sites that were protected since. */
    fresh: new Set<Origin>(originsIn(fresh)),
  }));

  async function change(what: (memory: Awaited<typeof kept>) => unknown): Promise<void> {
    const memory = await kept;
    what(memory);
    await browser.storage.session.set({ wanted: Object.fromEntries(memory.wanted), fresh: [...memory.fresh] });
  }

  return {
    get: () => kept,
    change,
    /** Whether this is the first worker of it. */
    async isFirst(): Promise<boolean> {
      const { fresh } = await stored;
      if (fresh === null) await change(() => undefined);
      return fresh === null;
    },
  };
}

/** What is not an origin cannot have been stored by us; the others are protected all the same. */
const originsIn = (list: unknown): Origin[] => (Array.isArray(list) ? (list as unknown[]).filter(isOrigin) : []);

export type Protection = ReturnType<typeof createProtection>;

export function isGranted(origin: Origin): Promise<boolean> {
  return browser.permissions.contains({ origins: [`${origin}/*`] });
}

/** The site of a registered script; undefined where the script is none of ours. */
function siteOf(id: string): Origin | undefined {
  const named = /^(?:page|relay) (.+)$/.exec(id)?.[1];
  return isOrigin(named) ? named : undefined;
}

const pageId = (origin: Origin) => `page ${origin}`;
const relayId = (origin: Origin) => `relay ${origin}`;
