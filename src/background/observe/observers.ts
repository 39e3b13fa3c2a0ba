import browser from 'webextension-polyfill';
import { type Origin, originOf } from '../../model/origin.ts';
import type { SessionStore } from '../../sessions/ports.ts';
import type { ProofLog } from '../../sessions/requests/proof-log.ts';
import type { Changes } from '../changes.ts';
import type { Protection } from '../sites/protection.ts';
import type { CookieSessionStore } from '../store/cookie-sessions.ts';
import type { Viewers } from '../views/viewers.ts';
import { createDeviceBoundWatch } from './device-bound.ts';
import { createInspector } from './inspector.ts';
import { createObservedResources } from './observed-resources.ts';
import { createWebRequest, type Navigation, type Unproved } from './web-request.ts';

interface Parts {
  readonly changes: Changes;
  readonly sessions: SessionStore;
  readonly cookieSessions: CookieSessionStore;
  readonly protection: Protection;
  readonly proofLog: ProofLog;
  readonly viewers: Viewers;
  readonly isGranted: (origin: Origin) => Promise<boolean>;
}

/** How Chrome names the origin of a sandboxed frame: it is its page's doing. */
const OPAQUE: string = 'null';

/** All that looks at the network: at the resources of the sessions that there are, and at nothing else. */
export function createObservers(parts: Parts) {
  const { changes, sessions, cookieSessions, protection, proofLog, viewers, isGranted } = parts;
  const observed = createObservedResources({ isGranted, changed: () => watch(), failed: changes.failed });
  const deviceBound = createDeviceBoundWatch(cookieSessions, (error) => changes.tell('stuck', error));
  const webRequest = createWebRequest({
    proofLog,
    navigated: (navigation) => void navigated(navigation).catch(changes.failed),
    unproved: (...what) => void unproved(...what).catch(changes.failed),
    failed: changes.failed,
  });
  const inspector = createInspector({
    proofOf: proofLog.madeFor,
    bearerOf: (leaving) => {
      const made = proofLog.madeForBearer(leaving);
      return made.findLast(({ wire }) => wire.state !== 'waiting') ?? made.at(-1);
    },
    thumbprintOf: async (id) => {
      const session = await sessions.get(id);
      return session && 'binding' in session ? session.binding?.thumbprint : undefined;
    },
    tell: (tab, requests) => viewers.tell({ kind: 'inspected', requests }, ({ inspects }) => inspects === tab),
    failed: changes.failed,
  });

  changes.on('session', (id, session) => {
    observed.set(id, session);
    watch();
  });
  changes.on('sites', () => watchCookies());
  changes.on('inspecting', inspector.inspect);
  browser.permissions.onAdded.addListener(() => {
    watch(true);
    observed.lookAgain();
  });

  /** @param again listeners that were added before a host was granted do not fire */
  function watch(again = false): void {
    const resources = observed.resources();
    webRequest.watch(resources, again);
    inspector.watch(resources, again);
    watchCookies(again).catch(changes.failed);
  }

  /** A neighbour that is not protected may share a rule with one that is: what it does is not noted. */
  async function navigated({ initiator, tab, isInFrame, url, method }: Navigation): Promise<void> {
    const agent = initiator === OPAQUE && isInFrame ? await originOfTab(tab) : initiator;
    if (agent && (await protection.isProtected(agent))) changes.tell('navigated', agent, url, method);
  }

  /** A page used a known resource with a token of its own, with none, or around Holdfast. Reported if its site is protected. */
  async function unproved(initiator: Origin, ...what: Unproved): Promise<void> {
    if (await protection.isProtected(initiator)) changes.tell('unproved', initiator, ...what);
  }

  async function watchCookies(again = false): Promise<void> {
    const sites = await protection.list();
    const servers = new Set<string>(observed.servers());
    const issuers = observed.issuers().filter((origin) => !servers.has(origin));
    deviceBound.watch([...sites, ...issuers], servers, again);
  }

  return {
    /** Looks at the resources of the sessions that there are. */
    async start(): Promise<void> {
      for (const session of await sessions.list()) observed.set(session.id, session);
      // Listeners of a worker that was just installed wait for that; there are hosts already where it was updated.
      const { origins = [] } = await browser.permissions.getAll();
      watch(origins.length > 0);
    },
    /** A proof was made for a request. @param asked when it was asked for, as `performance.now` has it */
    made: inspector.made,
  };
}

/** Undefined where Chrome does not tell it: then the site is not protected, or its tab is closed. */
async function originOfTab(tab: number): Promise<Origin | undefined> {
  const { url } = await browser.tabs.get(tab).catch(() => ({ url: undefined }));
  return url === undefined ? undefined : originOf(url);
}

export type Observers = ReturnType<typeof createObservers>;
