import browser from 'webextension-polyfill';
import type { Origin } from '../../model/origin.ts';
import { createSessionRules, type RuleBody } from './session-rules.ts';

interface Holder {
  readonly agent: Origin;
  users: number;
  readonly free: Promise<void>;
  readonly release: () => void;
  readonly ids: Promise<number[]>;
}

/**
 * The background's own requests go out in the agent's name: its `Origin`, so that the server answers CORS as it would
 * answer the agent. Requests of one agent to one URL share a rule; another agent waits until they are done.
 */
export function createOriginRules() {
  const rules = createSessionRules('origin');
  const holders = new Map<string, Holder>();
  /** Ids of rules that are no longer used and that Chrome has not removed yet. */
  const stale = new Set<number>();
  const ready = rules.standing().then((left) =>
    rules.replace(
      left.map(({ id }) => id),
      [],
    ),
  );

  async function withOrigin<T>(url: string, agent: Origin, request: () => Promise<T>): Promise<T> {
    await ready;
    for (let held = holders.get(url); held && !isOpenTo(agent, held); held = holders.get(url)) await held.free;
    const holder = holders.get(url) ?? hold(url, agent);
    holder.users += 1;
    try {
      await holder.ids;
      return await request();
    } finally {
      holder.users -= 1;
      if (holder.users === 0) {
        await drop(holder).catch(() => undefined); // what could not be taken away goes with the next rule that is made
        holders.delete(url);
        holder.release();
      }
    }
  }

  /** Whether one more request may use a rule: not one that is being taken away. */
  const isOpenTo = (agent: Origin, holder: Holder): boolean => holder.agent === agent && holder.users > 0;

  async function drop({ ids }: Holder): Promise<void> {
    for (const id of await ids) stale.add(id);
    await replaceStale([]);
  }

  /** Replaces the rules that are no longer used by these, in one step. */
  async function replaceStale(bodies: readonly RuleBody[]): Promise<number[]> {
    const gone = [...stale];
    const ids = await rules.replace(gone, bodies);
    for (const id of gone) stale.delete(id);
    return ids;
  }

  function hold(url: string, agent: Origin): Holder {
    let release = (): void => {};
    const free = new Promise<void>((resolve) => {
      release = resolve;
    });
    const ids = replaceStale([
      {
        priority: 1,
        condition: { urlFilter: `|${url}|`, initiatorDomains: [browser.runtime.id] },
        action: { type: 'modifyHeaders', requestHeaders: [{ header: 'origin', operation: 'set', value: agent }] },
      },
    ]);
    const holder = { agent, users: 0, free, release, ids };
    holders.set(url, holder);
    return holder;
  }

  return { withOrigin };
}
