import browser from 'webextension-polyfill';
import { isLooser } from '../../model/looser-policy.ts';
import type { Origin } from '../../model/origin.ts';
import { type Policy, type PolicyChoice, type PolicyView, resolvePolicy } from '../../model/policy.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { createKeyedLock } from '../../structures/keyed-lock.ts';
import type { Changes } from '../changes.ts';
import { createManaged } from './managed-policy.ts';
import { readChoice, readManaged, readProtected } from './read-policy.ts';

const keyOf = (origin: string) => `policy ${origin}`;

/**
 * Policies as they are stored: the person's in `storage.sync`, the organization's in `storage.managed`, which wins. What
 * cannot be read there counts as the strictest, and that is told.
 */
export function createPolicies(changes: Changes) {
  const known = new Map<string, Promise<{ managed: PolicyChoice; chosen: PolicyChoice }>>();
  const inTurn = createKeyedLock();
  let protecting: Promise<readonly Origin[]> | undefined;

  const organization = createManaged(anew, changes.failed);

  function anew(): void {
    known.clear();
    protecting = undefined;
    changes.tell('policies');
  }

  browser.storage.onChanged.addListener((changed, area) => {
    const isOurs = area === 'managed' || Object.keys(changed).some((key) => key.startsWith(keyOf('')));
    if (!isOurs || (area !== 'managed' && area !== 'sync')) return;
    organization.forget();
    anew();
  });

  // What Chrome takes back is protected no more.
  browser.permissions.onRemoved.addListener(({ origins = [] }) => {
    for (const pattern of origins) void keepAll(pattern.replace(/\/\*$/, '')).catch(changes.failed);
  });

  const invalid = (): void => changes.failed(new HoldfastError('policy_invalid', 'A stored policy could not be read'));

  function read(origin: string): Promise<{ managed: PolicyChoice; chosen: PolicyChoice }> {
    const reading = known.get(origin) ?? load(origin);
    known.set(origin, reading);
    return reading;
  }

  async function load(origin: string): Promise<{ managed: PolicyChoice; chosen: PolicyChoice }> {
    const [managed, stored] = await Promise.all([organization.get(), browser.storage.sync.get(keyOf(origin))]);
    return {
      managed: readManaged(managed, origin, invalid),
      chosen: readChoice(stored[keyOf(origin)] ?? {}, invalid),
    };
  }

  /**
   * Changes what the person chose, after the changes before it.
   *
   * @param mayLoosen asked where the change lets something be that is not let be now: undefined, or what stands against it
   * @returns that; undefined when it was changed
   */
  function change<Hindrance>(
    origin: string,
    made: (chosen: PolicyChoice) => PolicyChoice,
    mayLoosen: () => Promise<Hindrance | undefined>,
  ): Promise<Hindrance | undefined> {
    return inTurn(origin, async () => {
      const { managed, chosen } = await read(origin);
      const choice = made(chosen);
      const loosens = isLooser(resolvePolicy(managed, choice), resolvePolicy(managed, chosen));
      const hindrance = loosens ? await mayLoosen() : undefined;
      if (hindrance === undefined && choice !== chosen) {
        await browser.storage.sync.set({ [keyOf(origin)]: choice });
        known.delete(origin);
      }
      return hindrance;
    });
  }

  /** The site is protected no more: the exceptions of its custody end. */
  async function keepAll(origin: string): Promise<void> {
    const made = (chosen: PolicyChoice) => (chosen.handedOver ? { ...chosen, handedOver: undefined } : chosen);
    await change(origin, made, async () => undefined);
  }

  /** The sites that the organization has protected for everybody: as far as Chrome lets Holdfast in. */
  function protects(): Promise<readonly Origin[]> {
    protecting ??= organization.get().then(
      (managed) => readProtected(managed, invalid),
      (error) => {
        protecting = undefined;
        throw error;
      },
    );
    return protecting;
  }

  return {
    protects,

    async of(origin: Origin): Promise<Policy> {
      const { managed, chosen } = await read(origin);
      return resolvePolicy(managed, chosen);
    },

    /** The policies of some sites, for people. */
    async view(origins: readonly string[]): Promise<Record<string, PolicyView>> {
      const theirs: readonly string[] = await protects();
      const views = origins.map(async (origin) => {
        const { managed, chosen } = await read(origin);
        const names: PolicyView['managed'][number][] = Object.keys(managed) as (keyof PolicyChoice)[];
        if (theirs.includes(origin)) names.push('protect');
        return [origin, { policy: { ...chosen, ...managed }, managed: names }] as const;
      });
      return Object.fromEntries(await Promise.all(views));
    },

    change,
  };
}

export type Policies = ReturnType<typeof createPolicies>;
