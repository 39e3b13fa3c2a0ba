import { encode } from 'jose/base64url';
import { createHoldfast } from '../sessions/holdfast.ts';
import type { Ports } from '../sessions/ports.ts';
import { createNetwork } from './browser/network.ts';
import { createSettings } from './browser/settings.ts';
import { welcomeOnInstall } from './browser/welcome.ts';
import { createChanges } from './changes.ts';
import { createConsent } from './consent/consent.ts';
import { createErrorRing } from './errors.ts';
import { createJournal } from './journal.ts';
import { createPasskeyLock } from './lock/passkey-lock.ts';
import { createObservers } from './observe/observers.ts';
import { servePages } from './pages/page-port.ts';
import { createAuthorizationRules } from './rules/authorization.ts';
import { createOriginRules } from './rules/origin.ts';
import { createPresentationRules } from './rules/presentation.ts';
import { createPolicies } from './sites/policies.ts';
import { createProtection } from './sites/protection.ts';
import { createSiteChoice } from './sites/site-choice.ts';
import { start } from './start.ts';
import { keepOpen } from './store/database.ts';
import { openStores } from './store/stores.ts';
import { createBadges } from './views/badge.ts';
import { createBeginnings } from './views/begin.ts';
import { createBroadcast } from './views/broadcast.ts';
import { createCommands } from './views/commands.ts';
import { createDiagnostics } from './views/diagnostics.ts';
import { createSnapshots } from './views/snapshot.ts';
import { serveViewPorts } from './views/view-port.ts';
import { createViewers } from './views/viewers.ts';

const now = () => Date.now();
const random = () => encode(crypto.getRandomValues(new Uint8Array(32)));

// Storage, and the hub that reports its changes.
const changes = createChanges();
const { failed } = changes;
const errors = createErrorRing(now);
const database = keepOpen();
const journal = createJournal({ database, changes, errors, now });
const stores = openStores({ database, changes, journal, now });
const settings = createSettings(() => changes.tell('settings'));

// What the person and their organization decide.
const policies = createPolicies(changes);
const protection = createProtection(policies, changes, now);
const viewers = createViewers();
const consent = createConsent({
  ...{ changes, viewers, protection, sessions: stores.ports.sessions, record: journal.record, now },
});
const { consents, asks } = consent;
const lock = createPasskeyLock({ vault: stores.vault, changes });

// The use cases, between the stores, the network and the person.
const recall: Ports['recall'] = (tab, agent) => changes.tell('recall', tab, agent);
const authorization = createAuthorizationRules();
const presentation = createPresentationRules(now, recall, failed);
const ports: Ports = {
  ...stores.ports,
  ...{ policies, access: consent.port, lock: lock.port, record: journal.record, failed, recall, now, random },
  network: createNetwork(createOriginRules()),
  rules: { ...authorization, ...presentation },
};
const holdfast = createHoldfast(ports);
const observers = createObservers({
  ...{ changes, protection, viewers, sessions: ports.sessions, cookieSessions: stores.cookieSessions },
  ...{ proofLog: holdfast.proofLog, isGranted: consent.isReachable },
});
const { ready, later } = start({
  ...{ changes, observers, settings, now, arming: ports.arming, rules: authorization },
  ...{ log: journal.log, tidy: holdfast.tidy },
});

// The pages.
servePages({
  ...{ changes, protection },
  async answer(request, caller) {
    await ready;
    const asked = performance.now();
    const reply = await holdfast.answer(request, caller);
    if (reply.kind === 'proof') observers.made(reply.jti, asked);
    return reply;
  },
});

// The views.
const snapshots = createSnapshots({
  ...{ ...stores.ports, cookieSessions: stores.cookieSessions, settings, protection, policies, lock },
  ...{ asks, consents, heldBackUntil: holdfast.heldBackUntil, trouble: journal.trouble, failed },
});
const badges = createBadges({ snapshots, protection, asks, failed });
const diagnostics = createDiagnostics({
  ...{ errors, trouble: journal.trouble, sessions: ports.sessions, protection, asks, now },
});
const broadcast = createBroadcast({
  ...{ changes, viewers, badges, snapshots, settings, asks, consents },
  ...{ sessions: ports.sessions, cookieSessions: stores.cookieSessions },
});
const sites = createSiteChoice({
  ...{ protection, consent, rules: authorization, armAgain: holdfast.arrived, clearBadge: badges.clear },
});
serveViewPorts({
  ...{ changes, viewers, snapshot: snapshots.snapshot, told: broadcast.told },
  begin: createBeginnings({ snapshots, protection, arming: ports.arming, log: journal.log, diagnostics }),
  commands: createCommands({
    ...{ changes, holdfast, sessions: ports.sessions, protection, consent, policies, settings, lock, sites },
  }),
});
welcomeOnInstall();

// Who does what when something happens.
changes.on('policies', protection.register);
changes.on('locking', holdfast.lock);
changes.on('givenUp', holdfast.giveUp);
changes.on('disallowed', presentation.withdrawAll);
changes.on('tabLeft', (tab) => presentation.leave(tab).finally(() => holdfast.tabLeft(tab)));
changes.on('arrived', (agent) => later(() => holdfast.arrived(agent), agent));
changes.on('navigated', (agent, ...what) => later(() => holdfast.authorized(agent, ...what), agent));
changes.on('unproved', (agent, ...what) => later(() => holdfast.unproved(agent, ...what), agent));
addEventListener('unhandledrejection', ({ reason }) => failed(reason));
