import browser from 'webextension-polyfill';
import type { Missing, UiUpdate } from '../../messages/ui.ts';
import type { ViewRequest } from '../../messages/ui-request.ts';
import type { Diagnostics } from '../../model/diagnostics.ts';
import { originOf } from '../../model/origin.ts';
import { whyMissing } from '../sites/presence.ts';
import type { Protection } from '../sites/protection.ts';
import type { ActivityLog } from '../store/activity.ts';
import type { Snapshots } from './snapshot.ts';

interface Parts {
  readonly snapshots: Pick<Snapshots, 'details'>;
  readonly log: Pick<ActivityLog, 'read'>;
  readonly protection: Protection;
  readonly diagnostics: () => Promise<Diagnostics>;
}

/** The first update for what a view begins to show. */
export function createBeginnings({ snapshots, log, protection, diagnostics }: Parts) {
  async function begin(request: ViewRequest): Promise<UiUpdate | undefined> {
    switch (request.kind) {
      case 'look':
        return request.session && { kind: 'details', details: await snapshots.details(request.session) };
      case 'showActivity':
        return request.wanted ? { kind: 'activity', lines: await log.read(), isAll: true } : undefined;
      case 'inspect':
        return undefined;
      case 'diagnostics':
        return { kind: 'diagnostics', diagnostics: await diagnostics() };
      case 'page':
        return { kind: 'page', missing: await missingFrom(request.tab) };
    }
  }

  async function missingFrom(tab: number): Promise<Missing | undefined> {
    const { url = '' } = await browser.tabs.get(tab);
    return URL.canParse(url) ? whyMissing(tab, originOf(url), protection) : undefined;
  }

  return begin;
}
