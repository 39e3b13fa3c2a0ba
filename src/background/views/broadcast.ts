import type { Ask, SessionDetails, SessionView, Trouble, UiUpdate } from '../../messages/ui.ts';
import type { LockView } from '../../model/lock.ts';
import type { Origin } from '../../model/origin.ts';
import type { Session, SessionId } from '../../model/session.ts';
import type { DrillStore, ServerMemory, SessionStore, UsageStore } from '../../sessions/ports.ts';
import type { SettingsStore } from '../browser/settings.ts';
import type { PasskeyLock } from '../lock/passkey-lock.ts';
import type { Policies } from '../sites/policies.ts';
import { whyMissing } from '../sites/presence.ts';
import type { Protection } from '../sites/protection.ts';
import type { CookieSessionStore } from '../store/cookie-sessions.ts';
import { updateBadge } from './badge.ts';
import { viewOf } from './session-view.ts';
import type { createUiPorts } from './view-port.ts';

/** So many sessions a view is told at once; the others follow, so that a popup is drawn before it has heard of all. */
const FIRST = 60;

/** Changes are told together, this often at most, in milliseconds. */
const DELAY = 50;

export interface Snapshot {
  readonly first: UiUpdate;
  /** The sessions that are not in it, as they are by then. */
  readonly rest?: () => Promise<UiUpdate>;
}

interface Sources {
  readonly sessions: () => SessionStore;
  readonly usage: () => UsageStore;
  readonly drills: () => DrillStore;
  readonly memory: () => ServerMemory;
  readonly cookieSessions: () => CookieSessionStore;
  readonly settings: () => SettingsStore;
  readonly protection: () => Protection;
  readonly policies: () => Policies;
  readonly asks: () => Ask[];
  readonly trouble: () => Trouble | undefined;
  /** Told when storage fails: what can be shown without it is shown. */
  readonly failed: (error: unknown) => void;
  readonly lock: () => PasskeyLock;
  readonly ui: () => Pick<ReturnType<typeof createUiPorts>, 'tell' | 'looked'>;
}

/** Keeps the views that are open, and the badge, up to date. Nobody polls. */
export function createLive({
  sessions,
  usage,
  drills,
  memory,
  cookieSessions,
  settings,
  protection,
  policies,
  asks,
  lock,
  trouble,
  failed,
  ui,
}: Sources) {
  const tell = (update: UiUpdate): void => ui().tell(update);
  const touched = new Set<SessionId>();
  const agents = new Set<Origin>();
  let scheduled = false;
  let telling: Promise<unknown> = Promise.resolve();

  /** One thing is told after another, in the order in which they happened. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const told = telling.then(work);
    telling = told.catch(() => undefined); // its caller is told
    return told;
  }

  function sessionChanged(id: SessionId, session?: Session): void {
    touched.add(id);
    if (session) agents.add(session.agent);
    schedule();
  }

  function agentChanged(agent: Origin): void {
    agents.add(agent);
    schedule();
  }

  function sitesChanged(): Promise<void> {
    return inTurn(async () => tell({ kind: 'sites', ...(await listed()) }));
  }

  async function listed() {
    const list = await protection().list();
    return { sites: list, policies: await policies().view(list) };
  }

  function asksChanged(agent: Origin): void {
    tell({ kind: 'asks', asks: asks() });
    agentChanged(agent);
  }

  function lockChanged(): Promise<void> {
    return inTurn(async () => {
      tell({ kind: 'lock', lock: await lockView() });
      for (const { agent } of await sessions().list()) agentChanged(agent);
    });
  }

  /** Where even that cannot be read, nothing is said of a lock. */
  function lockView(): Promise<LockView> {
    return lock()
      .view()
      .catch((error): LockView => {
        failed(error);
        return { state: 'off' };
      });
  }

  function schedule(): void {
    if (!scheduled) setTimeout(() => void told(), DELAY);
    scheduled = true;
  }

  /** Tells what has changed until now, and resolves when it is told. */
  function told(): Promise<void> {
    return inTurn(flush).catch(failed);
  }

  async function flush(): Promise<void> {
    scheduled = false;
    const ids = [...touched];
    const badges = [...agents];
    touched.clear();
    agents.clear();
    const found = await Promise.all(ids.map(async (id) => [id, await sessions().get(id)] as const));
    const changed = await Promise.all(found.flatMap(([, session]) => (session ? [view(session)] : [])));
    const removed = found.flatMap(([id, session]) => (session ? [] : [id]));
    if (ids.length > 0) tell({ kind: 'sessions', changed, removed });
    const { looked } = ui();
    for (const id of ids.filter((touchedId) => looked.has(touchedId))) {
      ui().tell({ kind: 'details', details: await details(id) }, ({ looksAt }) => looksAt === id);
    }
    if (badges.length === 0) return;
    const [all, sites, locked] = await Promise.all([everyView(), protection().list(), lockView()]);
    const waiting = locked.state === 'off' ? [] : locked.waiting;
    for (const agent of badges) {
      void updateBadge(agent, {
        sessions: sites.includes(agent) ? all : [],
        isAsking: waiting.includes(agent) || asks().some((ask) => ask.agent === agent),
        isLocked: locked.state === 'locked',
        isMissing: async (tab) => (await whyMissing(tab, agent, protection())) !== undefined,
      }).catch(failed);
    }
  }

  /** The views of sessions; of all of them in one read, where that was not had before. */
  async function everyView(wanted = (_: Session): boolean => true): Promise<SessionView[]> {
    const [list] = await Promise.all([sessions().list(), usage().readAhead()]);
    return Promise.all(list.filter(wanted).map(view));
  }

  /** Of the site in front the newest, then of all others. */
  async function firstViews(site: string | undefined): Promise<SessionView[]> {
    const list = await sessions().list();
    const rank = ({ agent }: Session): number => (agent === site ? 0 : 1);
    const sorted = list.toSorted((one, other) => rank(one) - rank(other) || other.issuedAt - one.issuedAt);
    return Promise.all(sorted.slice(0, FIRST).map(view));
  }

  async function view(session: Session): Promise<SessionView> {
    const { id, resource } = session;
    const [counts, drill, scheme] = await Promise.all([
      usage().get(id),
      drills().get(id),
      resource === undefined ? undefined : memory().scheme(resource),
    ]);
    const enforcement = drill?.verdict && { at: drill.at, verdict: drill.verdict };
    return viewOf(session, counts, { isHeld: sessions().isHeld(id), enforcement, scheme });
  }

  /** What is known of a session beside its view. */
  async function details(id: SessionId): Promise<SessionDetails> {
    const [{ proof }, drill] = await Promise.all([usage().get(id), drills().get(id)]);
    return { session: id, proof, drill };
  }

  function cookieSessionsChanged(): Promise<void> {
    return inTurn(async () => tell({ kind: 'cookieSessions', cookieSessions: await cookieSessions().list() }));
  }

  function settingsChanged(): Promise<void> {
    return inTurn(async () => tell({ kind: 'settings', settings: await settings().view() }));
  }

  /**
   * What a view is told when it opens, and what a moment later.
   *
   * @param front finds the site that it is opened over
   */
  async function snapshot(front: () => Promise<string | undefined>): Promise<Snapshot> {
    const [shown, bound, held, lockNow, general] = await Promise.all([
      front()
        .then(firstViews)
        .catch((error): SessionView[] => {
          failed(error);
          return [];
        }),
      cookieSessions()
        .list()
        .catch(() => []), // storage fails: the trouble says so
      listed(),
      lockView(),
      settings().view(),
    ]);
    const first: UiUpdate = {
      kind: 'snapshot',
      ...held,
      ...{ sessions: shown, isAll: shown.length < FIRST, asks: asks(), lock: lockNow, trouble: trouble() },
      ...{ cookieSessions: bound, settings: general },
    };
    if (shown.length < FIRST) return { first };
    const told = new Set(shown.map(({ id }) => id));
    const rest = async (): Promise<UiUpdate> => ({
      kind: 'sessions',
      changed: await everyView(({ id }) => !told.has(id)),
      removed: [],
      isRest: true,
    });
    return { first, rest };
  }

  function troubleChanged(now: Trouble | undefined): void {
    tell({ kind: 'trouble', trouble: now });
  }

  return {
    ...{ sessionChanged, agentChanged, sitesChanged, asksChanged, lockChanged, troubleChanged },
    ...{ cookieSessionsChanged, settingsChanged, snapshot, details, told },
  };
}
