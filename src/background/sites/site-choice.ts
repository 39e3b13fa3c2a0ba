import type { Origin } from '../../model/origin.ts';
import type { Consent } from '../consent/consent.ts';
import { isGranted, type Protection } from './protection.ts';

interface Parts {
  readonly protection: Pick<Protection, 'protect' | 'unprotect' | 'list'>;
  readonly consent: Pick<Consent, 'asksChrome' | 'forgive'>;
  readonly rules: { readonly clear: (agent: Origin) => Promise<void> };
  /** Takes the badge from a site's tabs. */
  readonly clearBadge: (site: Origin) => Promise<void>;
  /** Arms an agent's sign-ins again, as when its page arrives. */
  readonly armAgain: (agent: Origin) => Promise<void>;
}

/** The person protects a site, or stops it. */
export function createSiteChoice({ protection, consent, rules, clearBadge, armAgain }: Parts) {
  /** Now, or as soon as Chrome's dialog is answered. */
  async function protect(site: Origin): Promise<void> {
    if (!(await isGranted(site))) consent.asksChrome(false);
    await consent.forgive(site);
    await protection.protect(site);
  }

  async function unprotect(site: Origin): Promise<void> {
    await clearBadge(site); // while its tabs can still be found
    await protection.unprotect(site);
    await rules.clear(site);
    // Rules know hosts and no ports: those of a neighbour on the same host went with them.
    const { hostname } = new URL(site);
    const neighbours = (await protection.list()).filter((origin) => new URL(origin).hostname === hostname);
    for (const neighbour of neighbours) await armAgain(neighbour);
  }

  return { protect, unprotect };
}

export type SiteChoice = ReturnType<typeof createSiteChoice>;
