import browser from 'webextension-polyfill';
import type { UiUpdate } from '../../messages/ui.ts';
import type { ViewRequest } from '../../messages/ui-request.ts';
import type { Diagnostics } from '../../model/diagnostics.ts';
import { SIGNING_IN_MS } from '../../model/lifetimes.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import type { Authorization } from '../../model/sign-in.ts';
import type { ArmingStore } from '../../sessions/ports.ts';
import { readPage } from '../sites/page-reading.ts';
import { whyMissing } from '../sites/presence.ts';
import type { Protection } from '../sites/protection.ts';
import type { ActivityLog } from '../store/activity.ts';
import type { Snapshots } from './snapshot.ts';

interface Parts {
  readonly snapshots: Pick<Snapshots, 'details'>;
  readonly log: Pick<ActivityLog, 'read'>;
  readonly protection: Protection;
  readonly arming: Pick<ArmingStore, 'authorizations'>;
  readonly diagnostics: () => Promise<Diagnostics>;
}

/** The first update for what a view begins to show. */
export function createBeginnings({ snapshots, log, protection, arming, diagnostics }: Parts) {
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
        return { kind: 'page', ...(await standingOf(request.tab)) };
      case 'read':
        return { kind: 'reading', reading: await readPage(request.tab) };
    }
  }

  async function standingOf(tab: number) {
    const { url = '' } = await browser.tabs.get(tab);
    if (!URL.canParse(url)) return { missing: undefined };
    const site = originOf(url);
    const left = await arming.authorizations().catch(() => []);
    return {
      missing: await whyMissing(tab, site, protection),
      signingIn: signingInAt(site, left),
      refusal: refusalOf(site, left),
    };
  }

  /** The agent whose sign-in was the last to leave for an authorization server, and has not come back. */
  function signingInAt(site: Origin, left: readonly Authorization[]): Origin | undefined {
    const under = left.filter(
      ({ issuer, session, at }) => originOf(issuer) === site && !session && at > Date.now() - SIGNING_IN_MS,
    );
    return latest(under)?.agent;
  }

  /** What is wrong with the servers of an agent's latest sign-in, which was refused. */
  function refusalOf(agent: Origin, left: readonly Authorization[]) {
    const last = latest(left.filter((one) => one.agent === agent));
    return last?.refused && !last.session ? { server: originOf(last.issuer), why: last.refused } : undefined;
  }

  return begin;
}

const latest = (left: readonly Authorization[]): Authorization | undefined =>
  left.toSorted((one, other) => one.at - other.at).at(-1);
