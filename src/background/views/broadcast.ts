import type { Ask, UiUpdate } from '../../messages/ui.ts';
import type { Origin } from '../../model/origin.ts';
import type { SessionId } from '../../model/session.ts';
import type { SessionStore } from '../../sessions/ports.ts';
import type { SettingsStore } from '../browser/settings.ts';
import type { Changes } from '../changes.ts';
import type { Consents } from '../consent/consents.ts';
import type { CookieSessionStore } from '../store/cookie-sessions.ts';
import type { Badges } from './badge.ts';
import type { Snapshots } from './snapshot.ts';
import type { Viewers } from './viewers.ts';

/** The shortest time between two updates of sessions, in milliseconds. */
const DELAY = 50;

interface Parts {
  readonly changes: Changes;
  readonly viewers: Viewers;
  readonly badges: Badges;
  readonly snapshots: Snapshots;
  readonly sessions: Pick<SessionStore, 'get' | 'list'>;
  readonly cookieSessions: CookieSessionStore;
  readonly settings: SettingsStore;
  readonly asks: () => Ask[];
  readonly consents: Pick<Consents, 'view'>;
}

/** Keeps the open views and the badges up to date, without polling. */
export function createBroadcast(parts: Parts) {
  const { changes, viewers, badges, snapshots, sessions, cookieSessions, settings, asks, consents } = parts;
  const touched = new Set<SessionId>();
  const agents = new Set<Origin>();
  let scheduled = false;
  let telling: Promise<unknown> = Promise.resolve();

  changes.on('session', (id, _, agent) => {
    if (agent) agents.add(agent);
    touch(id);
  });
  changes.on('beside', touch);
  changes.on('agent', agentChanged);
  changes.on('arrived', agentChanged);
  changes.on('asks', (agent) => {
    viewers.tell({ kind: 'asks', asks: asks() });
    agentChanged(agent);
  });
  changes.on('activity', (lines) =>
    viewers.tell({ kind: 'activity', lines, isAll: false }, ({ showsActivity = false }) => showsActivity),
  );
  changes.on('consents', () => inTurn(async () => ({ kind: 'consents', consents: await consents.view() })));
  changes.on('trouble', (trouble) => viewers.tell({ kind: 'trouble', trouble }));
  changes.on('settings', () => inTurn(async () => ({ kind: 'settings', settings: await settings.view() })));
  changes.on('cookieSessions', () =>
    inTurn(async () => ({ kind: 'cookieSessions', cookieSessions: await cookieSessions.list() })),
  );
  changes.on('sites', () =>
    inTurn(async () => {
      const listed = await snapshots.sites();
      for (const site of listed.sites) agentChanged(site);
      return { kind: 'sites', ...listed };
    }),
  );
  changes.on('lock', () =>
    inTurn(async () => {
      for (const { agent } of await sessions.list()) agentChanged(agent);
      return { kind: 'lock', lock: await snapshots.lockView() };
    }),
  );

  /** Sends updates one after another, in the order of their events. */
  function inTurn(look: () => Promise<UiUpdate | undefined>): Promise<void> {
    const told = telling.then(look).then((update) => update && viewers.tell(update));
    telling = told.catch(() => undefined); // its caller is told
    return told;
  }

  function touch(id: SessionId): void {
    touched.add(id);
    schedule();
  }

  function agentChanged(agent: Origin): void {
    agents.add(agent);
    schedule();
  }

  function schedule(): void {
    if (!scheduled) setTimeout(() => void told(), DELAY);
    scheduled = true;
  }

  /** Sends what has changed until now, and resolves when that is sent. */
  function told(): Promise<void> {
    return inTurn(flush).catch(changes.failed);
  }

  async function flush(): Promise<undefined> {
    scheduled = false;
    const ids = [...touched];
    const shown = [...agents];
    touched.clear();
    agents.clear();
    const found = await Promise.all(ids.map(async (id) => [id, await sessions.get(id)] as const));
    const changed = await Promise.all(found.flatMap(([, session]) => (session ? [snapshots.view(session)] : [])));
    const removed = found.flatMap(([id, session]) => (session ? [] : [id]));
    if (ids.length > 0) viewers.tell({ kind: 'sessions', changed, removed });
    const { looked } = viewers;
    for (const id of ids.filter((touchedId) => looked.has(touchedId))) {
      viewers.tell({ kind: 'details', details: await snapshots.details(id) }, ({ looksAt }) => looksAt === id);
    }
    if (shown.length > 0) await badges.show(shown);
  }

  return { told };
}
