import { DAY_MS } from '../model/lifetimes.ts';
import type { Origin } from '../model/origin.ts';
import type { Ports } from '../sessions/ports.ts';
import { onceADay } from './browser/once-a-day.ts';
import type { SettingsStore } from './browser/settings.ts';
import { keepStorageFromPages } from './browser/trusted-storage.ts';
import type { Changes } from './changes.ts';
import type { Observers } from './observe/observers.ts';
import type { AuthorizationRules } from './rules/authorization.ts';
import type { ActivityLog } from './store/activity.ts';

interface Parts {
  readonly changes: Changes;
  readonly observers: Observers;
  readonly arming: Ports['arming'];
  readonly rules: Pick<AuthorizationRules, 'keepOnly' | 'clear'>;
  readonly settings: Pick<SettingsStore, 'view'>;
  readonly log: Pick<ActivityLog, 'forget'>;
  /** Housekeeping. @param retention how many days ended sessions stay listed */
  readonly tidy: (retention: number) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Cleans up after the worker before this one. No request is answered before that. */
export function start({ changes, observers, arming, rules, settings, log, tidy, now }: Parts) {
  const ready = Promise.all([
    keepStorageFromPages().catch(changes.failed),
    observers.start().then(nameKeys).catch(withoutSessions),
    onceADay(now, tidyAll).catch(changes.failed),
  ]);

  /** Rules that name lost keys go. */
  async function nameKeys(): Promise<void> {
    await rules.keepOnly((await arming.list()).map(({ thumbprint }) => thumbprint));
  }

  /** No key can be read: rules of earlier workers would name keys that Holdfast cannot sign with. */
  async function withoutSessions(error: unknown): Promise<void> {
    changes.failed(error);
    await rules.clear();
  }

  async function tidyAll(): Promise<void> {
    const { retentionDays } = await settings.view();
    await tidy(retentionDays);
    await log.forget(now() - retentionDays * DAY_MS);
  }

  /** Does some work after that. Nothing waits for it. */
  function later(work: () => Promise<unknown>, agent: Origin): void {
    ready.then(work).catch((error) => changes.failed(error, agent));
  }

  return { ready, later };
}
