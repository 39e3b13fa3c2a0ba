import type { Ask, Trouble } from '../messages/ui.ts';
import type { Activity } from '../model/activity.ts';
import type { Origin } from '../model/origin.ts';
import type { Session, SessionId } from '../model/session.ts';

/** What happens in the background that other parts hear of. */
export interface Happenings {
  /** A session was saved; without one, it was removed. */
  session: [id: SessionId, session?: Session];
  /** What is known beside a session has changed: its counts, its drill, or how its resource takes tokens. */
  beside: [id: SessionId];
  /** What an agent's badge shows may have changed. */
  agent: [agent: Origin];
  /** The protected sites, or what holds for them, may have changed. */
  sites: [];
  policies: [];
  settings: [];
  cookieSessions: [];
  /** Lines were written to the activity log. */
  activity: [lines: readonly Activity[]];
  trouble: [trouble: Trouble | undefined];
  /** An agent has more or fewer questions. */
  asks: [agent: Origin];
  /** A question is to be brought before the person. */
  question: [ask: Ask];
  /** How the vault stands has changed, or who waits for it. */
  lock: [];
  /** An agent waits for the vault to be unlocked. */
  vaultWanted: [];
  /** The vault is being locked: no token stays in memory, and none is presented. */
  locking: [];
  /** The vault was given up, and every token in it. */
  givenUp: [];
  /** A page of an agent has arrived; its last has left; a tab shows another page. */
  arrived: [agent: Origin];
  left: [agent: Origin];
  tabLeft: [tab: number];
  /** Proofs that a tab's pages of an agent hold unused are worthless, or wanted back. */
  recall: [tab: number, agent: Origin];
  /** A page was sent to another address, perhaps to sign in. */
  navigated: [initiator: Origin, url: string];
  /** A request to a known resource left without a proof of ours. */
  unproved: [initiator: Origin, url: string, scheme: string | undefined];
  /** Chrome lets Holdfast into more hosts. */
  hosts: [];
  viewClosed: [];
  /** The tabs whose DevTools panel is open. */
  inspecting: [tabs: ReadonlySet<number>];
  /** Something of Holdfast's own went wrong, and nothing stops for it. */
  failed: [error: unknown, agent?: Origin];
  /** Something could not be written that no request waits for. */
  stuck: [error: unknown];
}

type Listener<Name extends keyof Happenings> = (...what: Happenings[Name]) => unknown;

/**
 * Who tells and who hears need not know each other: this is made before both. All listeners are added while the worker
 * starts, and everything that is told comes later.
 */
export function createChanges() {
  const listeners: { [Name in keyof Happenings]?: Listener<Name>[] } = {};

  function on<Name extends keyof Happenings>(name: Name, listener: Listener<Name>): void {
    const known: Listener<Name>[] = listeners[name] ?? [];
    Object.assign(listeners, { [name]: [...known, listener] });
  }

  /** For what may not go on before everybody has done their part. Rejects when one could not. */
  async function carryOut<Name extends keyof Happenings>(name: Name, ...what: Happenings[Name]): Promise<void> {
    const heard: Listener<Name>[] = listeners[name] ?? [];
    await Promise.all(heard.map(async (listener) => listener(...what)));
  }

  /** For what nobody waits for. Where a listener fails, that is told. */
  function tell<Name extends keyof Happenings>(name: Name, ...what: Happenings[Name]): void {
    carryOut(name, ...what).catch(failed);
  }

  const failed = (error: unknown, agent?: Origin): void => tell('failed', error, agent);

  return { on, tell, carryOut, failed };
}

export type Changes = ReturnType<typeof createChanges>;
