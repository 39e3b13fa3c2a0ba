import { encode } from 'jose/base64url';
import browser from 'webextension-polyfill';
import type { Missing, UiUpdate } from '../messages/ui.ts';
import type { ViewRequest } from '../messages/ui-request.ts';
import { type Origin, originOf } from '../model/origin.ts';
import type { DamagedSession, SessionId } from '../model/session.ts';
import { codeOf, type ErrorCode, HoldfastError } from '../protocol/error.ts';
import { createHoldfast } from '../sessions/holdfast.ts';
import type { Ports } from '../sessions/ports.ts';
import { createNetwork } from './browser/network.ts';
import { onceADay } from './browser/once-a-day.ts';
import { createSettings } from './browser/settings.ts';
import { welcomeOnInstall } from './browser/welcome.ts';
import { createAccess } from './consent/access.ts';
import { createAllow } from './consent/allow.ts';
import { createAttention } from './consent/prompt-window.ts';
import { createPasskeyLock } from './lock/passkey-lock.ts';
import { createDeviceBoundWatch } from './observe/device-bound.ts';
import { createInspector } from './observe/inspector.ts';
import { createWatched } from './observe/observed-resources.ts';
import { createWire } from './observe/web-request.ts';
import { createPagePorts } from './pages/page-port.ts';
import { createAuthorizationRules } from './rules/authorization.ts';
import { createOriginRules } from './rules/origin.ts';
import { createPresentationRules } from './rules/presentation.ts';
import { createPolicies } from './sites/policies.ts';
import { whyMissing } from './sites/presence.ts';
import { createProtection } from './sites/protection.ts';
import { createSiteChoice } from './sites/site-choice.ts';
import { createActivityLog } from './store/activity.ts';
import { createArmingStore, createServerStore } from './store/arming.ts';
import { createCookieSessionStore } from './store/cookie-sessions.ts';
import { keepOpen } from './store/database.ts';
import { createDrillStore } from './store/drills.ts';
import { createKeyStore } from './store/keys.ts';
import { createRawKeyMemory } from './store/raw-key.ts';
import { createServerMemory } from './store/server-hints.ts';
import { createSessionStore } from './store/sessions.ts';
import { createUsageStore } from './store/usage.ts';
import { createVault } from './store/vault.ts';
import { updateBadge } from './views/badge.ts';
import { createLive } from './views/broadcast.ts';
import { createCommands } from './views/commands.ts';
import { createHealth } from './views/storage-trouble.ts';
import { createUiPorts } from './views/view-port.ts';

const now = () => Date.now();
const random = () => encode(crypto.getRandomValues(new Uint8Array(32)));
const database = keepOpen();

const live = createLive({
  sessions: () => ports.sessions,
  usage: () => ports.usage,
  drills: () => ports.drills,
  memory: () => ports.memory,
  cookieSessions: () => cookieSessions,
  settings: () => settings,
  protection: () => protection,
  policies: () => policies,
  asks: () => desk.asks(),
  trouble: () => health.trouble,
  failed: (error) => failed(undefined, error),
  lock: () => lock,
  ui: () => ui,
});
const health = createHealth(live.troubleChanged);
const ui = createUiPorts({
  snapshot: live.snapshot,
  begin: beginToShow,
  commands: () => commands,
  told: live.told,
  failed: (error) => failed(undefined, error),
  closed: () => void attention.viewClosed().catch((error) => failed(undefined, error)),
  inspecting: (tabs) => inspector.inspect(tabs),
});
const settings = createSettings(() => void live.settingsChanged());
const cookieSessions = createCookieSessionStore(database, () => void live.cookieSessionsChanged());
const policies = createPolicies(
  () => void protection.register(),
  () => failed(undefined, new HoldfastError('policy_invalid', 'A stored policy could not be read')),
);
const protection = createProtection(policies, {
  changed: sitesChanged,
  failed: (error) => failed(undefined, error),
});
const attention = createAttention({
  isOpen: (page) => ui.isOpen(page),
  asks: () => desk.asks(),
  failed: (error) => failed(undefined, error),
  now,
});
const desk = createAccess({
  show: attention.showAsk,
  changed(agent) {
    live.asksChanged(agent);
    attention.settled();
  },
  crowded: (agent, server) => ports.record({ at: now(), kind: 'denied', agent, server, code: 'too_many_questions' }),
  failed: (error) => failed(undefined, error),
  now,
});
const presentation = createPresentationRules(now, (tab, agent) => pages.recall(tab, agent));
const authorization = createAuthorizationRules();
const vault = createVault(database, createRawKeyMemory());
const lock = createPasskeyLock({
  vault,
  show: attention.showLocked,
  drop: dropTokens,
  giveUp: () => holdfast.giveUp(),
  changed: live.lockChanged,
  failed: (error) => failed(undefined, error),
});

const log = createActivityLog(
  database,
  stuck,
  (lines) => ui.tell({ kind: 'activity', lines, isAll: false }, ({ showsActivity = false }) => showsActivity),
  () => unreadable('line_damaged'),
);

const ports: Ports = {
  keys: createKeyStore(database, now),
  sessions: createSessionStore(
    database,
    vault,
    (id, session) => {
      watched.set(id, session);
      watch();
      if (!session) void ports.drills.remove(id).catch(stuck);
      live.sessionChanged(id, session);
      if (!ports.sessions.isHeld(id)) health.written();
    },
    damaged,
  ),
  usage: createUsageStore(database, live.sessionChanged, stuck),
  drills: createDrillStore(database, live.sessionChanged, () => unreadable('drill_damaged')),
  servers: createServerStore(database),
  arming: createArmingStore(database),
  memory: createServerMemory({
    database,
    area: browser.storage.session,
    now,
    failed: stuck,
    schemeChanged: (resource) => void showAgain(resource).catch((error) => failed(undefined, error)),
  }),
  network: createNetwork(createOriginRules()),
  rules: { ...authorization, ...presentation },
  access: desk.access,
  policies,
  lock: lock.port,
  record(line) {
    log.record(line);
    health.failed(line.code);
  },
  now,
  random,
};

const holdfast = createHoldfast(ports, (slot, holder) => void recall(slot.tab, holder));
const pages = createPagePorts(
  protection,
  async (request, caller) => {
    await ready;
    const asked = performance.now();
    const reply = await holdfast.answer(request, caller);
    if (reply.kind === 'proof') inspector.made(reply.jti, asked);
    return reply;
  },
  (agent) => {
    lock.arrived(agent);
    live.agentChanged(agent);
    later(() => holdfast.arrived(agent), agent);
  },
  failed,
  (tab) => void presentation.stepAside(tab),
  desk.left,
);

welcomeOnInstall();

const watched = createWatched(
  (origin) => desk.access.granted([origin]),
  () => watch(),
);
const deviceBound = createDeviceBoundWatch(cookieSessions, stuck);
const wire = createWire({
  observation: holdfast.observation,
  navigated: (initiator, url) => later(() => holdfast.authorized(initiator, url), initiator),
  unproved: (initiator, url, scheme) => later(() => unproved(initiator, url, scheme), initiator),
});
const inspector = createInspector({
  proofOf: holdfast.observation.madeFor,
  thumbprintOf: async (id) => {
    const session = await ports.sessions.get(id);
    return session && 'binding' in session ? session.binding.thumbprint : undefined;
  },
  tell: (tab, requests) => ui.tell({ kind: 'inspected', requests }, ({ inspects }) => inspects === tab),
  failed: (error) => failed(undefined, error),
});
const commands = createCommands({
  ...{ holdfast, sessions: ports.sessions, desk, policies, settings, lock, agentChanged: live.agentChanged },
  allow: createAllow(desk, attention),
  sites: createSiteChoice({
    ...{ protection, attention, desk, rules: authorization, armAgain: holdfast.arrived },
    clearBadge: (site) =>
      updateBadge(site, { sessions: [], isAsking: false, isLocked: false, isMissing: async () => false }),
  }),
});
// Nothing is answered while what was left over is put in order.
const ready = Promise.all([
  observeAll().catch(withoutSessions),
  onceADay(now, tidy).catch((error) => failed(undefined, error)),
]);
browser.permissions.onAdded.addListener(() => {
  watch(true);
  watched.lookAgain();
  void attention.granted();
});

/** The protected sites, or what holds for them, may have changed: in the views, on the badges, and in what is watched. */
async function sitesChanged(): Promise<void> {
  await live.sitesChanged();
  for (const site of await protection.list()) live.agentChanged(site);
  await watchCookies();
}

/** Observes the resources of the sessions that there are, and of those that come. Rules that name lost keys go. */
async function observeAll(): Promise<void> {
  const all = await ports.sessions.list();
  for (const session of all) watched.set(session.id, session);
  watch();
  await authorization.keepOnly((await ports.arming.list()).map(({ thumbprint }) => thumbprint));
}

function watch(again = false): void {
  const resources = watched.resources();
  wire.watch(resources, again);
  inspector.watch(resources, again);
  void watchCookies(again).catch((error) => failed(undefined, error));
}

/** The sessions of a resource look different from now on. */
async function showAgain(resource: string): Promise<void> {
  for (const session of await ports.sessions.list()) if (session.resource === resource) live.sessionChanged(session.id);
}

async function watchCookies(again = false): Promise<void> {
  deviceBound.watch([...(await protection.list()), ...watched.origins()], again);
}

async function tidy(): Promise<void> {
  const { retentionDays } = await settings.view();
  await holdfast.tidy(retentionDays);
  await log.forget(now() - retentionDays * 24 * 60 * 60_000);
}

/** A page of a protected site used a known resource without a proof: with a token of its own, or with none. */
async function unproved(initiator: Origin, url: string, scheme: string | undefined): Promise<void> {
  if (await protection.isProtected(initiator)) await holdfast.unproved(initiator, url, scheme);
}

/** Does something that nobody waits for. */
function later(work: () => Promise<unknown>, agent: Origin): void {
  void ready.then(work).catch((error) => failed(agent, error));
}

/** No key can be had: what earlier workers armed would name keys that nobody can sign with. */
async function withoutSessions(error: unknown): Promise<void> {
  failed(undefined, error);
  await authorization.clear();
}

/** Something could not be written that no request waits for. */
function stuck(error: unknown): void {
  health.failed(codeOf(error));
}

function damaged(session: DamagedSession | undefined): void {
  ports.record({
    at: now(),
    kind: 'failed',
    agent: session?.agent,
    session: session?.id,
    code: session ? 'session_damaged' : 'record_damaged',
  });
}

/** A record that can be done without was passed over. */
function unreadable(code: Extract<ErrorCode, 'drill_damaged' | 'line_damaged'>): void {
  ports.record({ at: now(), kind: 'failed', code });
}

/** Something of Holdfast's own went wrong, storage above all: it is said in the activity, and nothing stops for it. */
function failed(agent: Origin | undefined, error: unknown): void {
  ports.record({ at: now(), kind: 'failed', agent, code: codeOf(error) });
}

async function recall(tab: number, holder: SessionId): Promise<void> {
  const session = await ports.sessions.get(holder);
  if (session) pages.recall(tab, session.agent);
}

/** What a view is told when it begins to show something. */
async function beginToShow(request: ViewRequest): Promise<UiUpdate | undefined> {
  switch (request.kind) {
    case 'look':
      return request.session === undefined
        ? undefined
        : { kind: 'details', details: await live.details(request.session) };
    case 'showActivity':
      return request.wanted ? { kind: 'activity', lines: await log.read(), isAll: true } : undefined;
    case 'inspect':
      return undefined;
    case 'page':
      return { kind: 'page', missing: await missingFrom(request.tab) };
  }
}

async function missingFrom(tab: number): Promise<Missing | undefined> {
  const { url = '' } = await browser.tabs.get(tab);
  return URL.canParse(url) ? whyMissing(tab, originOf(url), protection) : undefined;
}

/** The vault is locked: no token stays in memory, and none is presented. */
async function dropTokens(): Promise<void> {
  holdfast.drill.stopAll();
  ports.sessions.forgetTokens();
  holdfast.observation.forgetTokens();
  await presentation.withdrawAll();
}
