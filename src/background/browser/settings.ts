import * as v from 'valibot';
import browser from 'webextension-polyfill';
import { RETENTION_DAYS, type RetentionDays, type Settings } from '../../model/settings.ts';

const DEFAULT = RETENTION_DAYS[0];
const Days = v.fallback(v.picklist(RETENTION_DAYS), DEFAULT);

/** What holds for all of Holdfast, in `storage.sync`. @param changed is called when it was set anew, here or on another computer */
export function createSettings(changed: () => void) {
  browser.storage.onChanged.addListener((changes, area) => {
    if (area === 'sync' && 'retentionDays' in changes) changed();
  });

  return {
    async view(): Promise<Settings> {
      const { retentionDays } = await browser.storage.sync.get({ retentionDays: DEFAULT });
      return { retentionDays: v.parse(Days, retentionDays) };
    },
    async retain(days: RetentionDays): Promise<void> {
      await browser.storage.sync.set({ retentionDays: days });
    },
  };
}

export type SettingsStore = ReturnType<typeof createSettings>;
