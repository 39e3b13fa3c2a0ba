import * as v from 'valibot';
import browser from 'webextension-polyfill';
import { Origin } from '../../model/origin.ts';
import { type Policy, PolicyChoice, type PolicyView, resolvePolicy } from '../../model/policy.ts';
import { HoldfastError } from '../../protocol/error.ts';
import type { Changes } from '../changes.ts';
import { createManaged } from './managed-policy.ts';

/** What an organization may set (`public/managed-schema.json`): for every site, and for single ones. */
const Managed = v.object({
  ...PolicyChoice.entries,
  sites: v.optional(v.array(v.object({ site: Origin, ...PolicyChoice.entries }))),
});

const keyOf = (origin: string) => `policy ${origin}`;

/**
 * Policies as they are stored: the person's in `storage.sync`, the organization's in `storage.managed`, which wins. What
 * cannot be read there is no policy, and that is told.
 */
export function createPolicies(changes: Changes) {
  const known = new Map<string, Promise<{ managed: PolicyChoice; chosen: PolicyChoice }>>();

  const organization = createManaged(() => {
    known.clear();
    changes.tell('policies');
  }, changes.failed);

  browser.storage.onChanged.addListener((changed, area) => {
    const isOurs = area === 'managed' || Object.keys(changed).some((key) => key.startsWith(keyOf('')));
    if (!isOurs || (area !== 'managed' && area !== 'sync')) return;
    organization.forget();
    known.clear();
    changes.tell('policies');
  });

  const invalid = (): void => changes.failed(new HoldfastError('policy_invalid', 'A stored policy could not be read'));

  function read(origin: string): Promise<{ managed: PolicyChoice; chosen: PolicyChoice }> {
    const reading = known.get(origin) ?? load(origin);
    known.set(origin, reading);
    return reading;
  }

  async function load(origin: string): Promise<{ managed: PolicyChoice; chosen: PolicyChoice }> {
    const [managed, stored] = await Promise.all([loadManaged(origin), browser.storage.sync.get(keyOf(origin))]);
    const chosen = v.safeParse(PolicyChoice, stored[keyOf(origin)] ?? {});
    if (!chosen.success) invalid();
    return { managed, chosen: chosen.success ? chosen.output : {} };
  }

  async function loadManaged(origin: string): Promise<PolicyChoice> {
    const decoded = v.safeParse(Managed, await organization.get());
    if (!decoded.success) {
      invalid();
      return {};
    }
    const { sites = [], ...everywhere } = decoded.output;
    const { site: _, ...here } = sites.find(({ site }) => site === origin) ?? { site: origin };
    return { ...everywhere, ...here };
  }

  return {
    async of(origin: Origin): Promise<Policy> {
      const { managed, chosen } = await read(origin);
      return resolvePolicy(managed, chosen);
    },

    /** The policies of some sites, for people. */
    async view(origins: readonly string[]): Promise<Record<string, PolicyView>> {
      const views = origins.map(async (origin) => {
        const { managed, chosen } = await read(origin);
        const names = Object.keys(managed) as (keyof PolicyChoice)[];
        return [origin, { policy: { ...chosen, ...managed }, managed: names }] as const;
      });
      return Object.fromEntries(await Promise.all(views));
    },

    async choose(origin: string, choice: PolicyChoice): Promise<void> {
      await browser.storage.sync.set({ [keyOf(origin)]: choice });
    },
  };
}

export type Policies = ReturnType<typeof createPolicies>;
