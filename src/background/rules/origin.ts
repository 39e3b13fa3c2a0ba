import browser from 'webextension-polyfill';
import type { Origin } from '../../sessions/session.ts';
import { createSessionRules } from './session-rules.ts';

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
  const ready = rules.standing().then((left) =>
    rules.replace(
      left.map(({ id }) => id),
      [],
    ),
  );

  async function withOrigin<T>(url: string, agent: Origin, request: () => Promise<T>): Promise<T> {
    await ready;
    for (let held = holders.get(url); held && held.agent !== agent; held = holders.get(url)) await held.free;
    const holder = holders.get(url) ?? hold(url, agent);
    holder.users += 1;
    try {
      await holder.ids;
      return await request();
    } finally {
      holder.users -= 1;
      if (holder.users === 0) {
        holders.delete(url);
        await rules.replace(await holder.ids, []);
        holder.release();
      }
    }
  }

  function hold(url: string, agent: Origin): Holder {
    let release = (): void => {};
    const free = new Promise<void>((resolve) => {
      release = resolve;
    });
    const ids = rules.replace(
      [],
      [
        {
          priority: 1,
          condition: { urlFilter: `|${url}|`, initiatorDomains: [browser.runtime.id] },
          action: { type: 'modifyHeaders', requestHeaders: [{ header: 'origin', operation: 'set', value: agent }] },
        },
      ],
    );
    const holder = { agent, users: 0, free, release, ids };
    holders.set(url, holder);
    return holder;
  }

  return { withOrigin };
}
