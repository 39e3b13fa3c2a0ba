import type { Ask, SessionDetails, SessionView, UiUpdate } from '../../messages/ui.ts';
import type { LockView } from '../../model/lock.ts';
import type { Session, SessionId } from '../../model/session.ts';
import type { Ports } from '../../sessions/ports.ts';
import type { SettingsStore } from '../browser/settings.ts';
import type { Consents } from '../consent/consents.ts';
import type { PasskeyLock } from '../lock/passkey-lock.ts';
import type { Policies } from '../sites/policies.ts';
import type { Protection } from '../sites/protection.ts';
import type { CookieSessionStore } from '../store/cookie-sessions.ts';
import { viewOf } from './session-view.ts';
import type { StorageTrouble } from './storage-trouble.ts';

/** How many sessions a view gets first. The others follow, so that a popup is drawn before it has all. */
const FIRST = 60;

export interface Snapshot {
  readonly first: UiUpdate;
  /** The sessions that are not in it, as they are by then. */
  readonly rest?: () => Promise<UiUpdate>;
}

interface Sources extends Pick<Ports, 'sessions' | 'usage' | 'drills' | 'memory'> {
  readonly cookieSessions: CookieSessionStore;
  readonly settings: SettingsStore;
  readonly protection: Protection;
  readonly policies: Policies;
  readonly lock: PasskeyLock;
  readonly asks: () => Ask[];
  readonly consents: Pick<Consents, 'view'>;
  readonly heldBackUntil: (session: SessionId) => number | undefined;
  readonly trouble: StorageTrouble;
  /** Is told when storage fails: what can be shown without it is shown. */
  readonly failed: (error: unknown) => void;
}

/** What there is to show, as it is now. */
export function createSnapshots(sources: Sources) {
  const { sessions, usage, drills, memory, cookieSessions, settings, protection, policies, lock } = sources;
  const { asks, consents, heldBackUntil, trouble, failed } = sources;

  /**
   * What a view is told when it opens, and what a moment later.
   *
   * @param front finds the site that it is opened over
   */
  async function snapshot(front: () => Promise<string | undefined>): Promise<Snapshot> {
    const [shown, bound, held, lockNow, general, allowed] = await Promise.all([
      front()
        .then(firstViews)
        .catch((error): SessionView[] => {
          failed(error);
          return [];
        }),
      cookieSessions.list().catch(() => []), // storage fails: the trouble says so
      sites(),
      lockView(),
      settings.view(),
      consents.view(),
    ]);
    const first: UiUpdate = {
      kind: 'snapshot',
      ...held,
      ...{ sessions: shown, isAll: shown.length < FIRST, asks: asks(), lock: lockNow, trouble: trouble.now },
      ...{ cookieSessions: bound, settings: general, consents: allowed },
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

  /** Of the site in front the newest, then of all others. */
  async function firstViews(site: string | undefined): Promise<SessionView[]> {
    const list = await sessions.list();
    const rank = ({ agent }: Session): number => (agent === site ? 0 : 1);
    const sorted = list.toSorted((one, other) => rank(one) - rank(other) || other.issuedAt - one.issuedAt);
    return Promise.all(sorted.slice(0, FIRST).map(view));
  }

  /** The views of sessions; of all of them in one read, where that was not had before. */
  async function everyView(wanted = (_: Session): boolean => true): Promise<SessionView[]> {
    const [list] = await Promise.all([sessions.list(), usage.readAhead()]);
    return Promise.all(list.filter(wanted).map(view));
  }

  async function view(session: Session): Promise<SessionView> {
    const { id, resource } = session;
    const [counts, drill, scheme] = await Promise.all([
      usage.get(id),
      drills.get(id),
      resource === undefined ? undefined : memory.scheme(resource),
    ]);
    const enforcement = drill?.verdict && { at: drill.at, verdict: drill.verdict };
    return viewOf(session, counts, {
      ...{ isUnsaved: sessions.isUnsaved(id), enforcement, scheme },
      heldBackUntil: heldBackUntil(id),
    });
  }

  /** The details of a session, for the view that shows them. */
  async function details(id: SessionId): Promise<SessionDetails> {
    const [{ proof }, drill] = await Promise.all([usage.get(id), drills.get(id)]);
    return { session: id, proof, drill };
  }

  async function sites() {
    const [list, wanted] = await Promise.all([protection.list(), protection.wanted()]);
    return { sites: list, wanted, policies: await policies.view(list) };
  }

  /** The vault's state; shown as no lock where it cannot be read. */
  function lockView(): Promise<LockView> {
    return lock.view().catch((error): LockView => {
      failed(error);
      return { state: 'off' };
    });
  }

  return { snapshot, everyView, view, details, sites, lockView };
}

export type Snapshots = ReturnType<typeof createSnapshots>;
