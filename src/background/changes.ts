import type { Ask, Trouble } from '../messages/ui.ts';
import type { Activity } from '../model/activity.ts';
import type { Origin } from '../model/origin.ts';
import type { Session, SessionId } from '../model/session.ts';
import type { Trace } from '../model/trace.ts';
import type { LeftHandle } from '../sessions/requests/unreached.ts';

/** The events of the background, with their values. */
export interface Happenings {
  /** A session was saved; without one, it was removed. And whose it is, or was. */
  session: [id: SessionId, session?: Session, agent?: Origin];
  /** The counts of a session, its drill, or the token scheme of its resource have changed. */
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
  /** The person has allowed servers to an agent, or taken some back. */
  consents: [];
  disallowed: [agent: Origin];
  /** A question is to be brought before the person. */
  question: [ask: Ask];
  /** The vault's state, or the agents that wait for it, have changed. */
  lock: [];
  /** An agent waits for the vault to be unlocked. */
  vaultWanted: [];
  /** The vault is being locked: no token stays in memory, and none is presented. */
  locking: [];
  /** The vault was given up, and every token in it. */
  givenUp: [];
  /** A page of an agent has arrived; its last has left; a tab shows another page. */
  arrived: [agent: Origin, tab: number];
  left: [agent: Origin];
  tabLeft: [tab: number];
  /** An agent's pages in a tab must give back the proofs that were made ahead. */
  recall: [tab: number, agent: Origin];
  /** A protected page was sent to another address, perhaps to sign in. */
  navigated: [initiator: Origin, url: string, method: string];
  /** A request to a known resource left without a proof of ours, or from where Holdfast does not reach. */
  unproved: [initiator: Origin, url: string, scheme: string | undefined, left: LeftHandle | undefined];
  viewClosed: [];
  /** The tabs whose DevTools panel is open. */
  inspecting: [tabs: ReadonlySet<number>];
  /** An error in Holdfast's own code. Nothing else stops because of it. */
  failed: [error: unknown, agent?: Origin];
  /** A view met an error of its own. */
  viewFailed: [trace: Trace];
  /** A write failed, and no request waits for it. */
  stuck: [error: unknown];
}

type Listener<Name extends keyof Happenings> = (...what: Happenings[Name]) => unknown;

/**
 * The hub of events. Senders and listeners need not know each other, because the hub is made before both. All listeners are
 * added while the worker starts; all events come later.
 */
export function createChanges() {
  const listeners: { [Name in keyof Happenings]?: Listener<Name>[] } = {};

  function on<Name extends keyof Happenings>(name: Name, listener: Listener<Name>): void {
    const known: Listener<Name>[] = listeners[name] ?? [];
    Object.assign(listeners, { [name]: [...known, listener] });
  }

  /** Sends an event and waits until every listener has finished. Rejects when one fails. */
  async function carryOut<Name extends keyof Happenings>(name: Name, ...what: Happenings[Name]): Promise<void> {
    const heard: Listener<Name>[] = listeners[name] ?? [];
    await Promise.all(heard.map(async (listener) => listener(...what)));
  }

  /** Sends an event and does not wait. A listener that fails is reported as `failed`. */
  function tell<Name extends keyof Happenings>(name: Name, ...what: Happenings[Name]): void {
    carryOut(name, ...what).catch(failed);
  }

  const failed = (error: unknown, agent?: Origin): void => tell('failed', error, agent);

  return { on, tell, carryOut, failed };
}

export type Changes = ReturnType<typeof createChanges>;
