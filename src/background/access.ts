import browser from 'webextension-polyfill';
import type { Ask, AskPurpose } from '../messages/ui.ts';
import type { Access } from '../sessions/ports.ts';
import type { Origin } from '../sessions/session.ts';
import { isGranted } from './protection.ts';

/** An agent waits this long for the person, in milliseconds; then it goes on as without Holdfast. */
const PATIENCE = 60_000;

/** So many questions of one agent are open at a time. */
const MOST_ASKS = 4;
/** So many servers that were declined are remembered for one agent: it is the agent that names them. */
const MOST_DECLINED = 32;
/** So many origins' permissions are remembered; Chrome tells them again. */
const MOST_KNOWN = 512;

interface Waiting extends Ask {
  readonly settle: (allowed: boolean) => void;
  readonly outcome: Promise<boolean>;
}

/**
 * Host permissions: the person's consent, as Chrome keeps it.
 *
 * @param show brings the question before the person; views that are open show it anyway
 * @param changed is called when there are more or fewer questions
 * @param crowded is told once when an agent asks too many questions, with the first server that was declined for it
 */
export function createAccess(
  show: (ask: Ask) => Promise<void>,
  changed: () => void,
  crowded: (agent: Origin, server: string) => void,
) {
  const known = new Map<string, Promise<boolean>>();
  const waiting = new Map<string, Waiting>();
  const declined = new Set<string>();
  /** Agents with too many questions, until one of those is answered. */
  const told = new Set<Origin>();
  const ready = browser.storage.session.get({ declined: [] }).then((kept) => {
    for (const entry of kept.declined as string[]) declined.add(entry);
  });

  browser.permissions.onRemoved.addListener(() => known.clear());
  browser.permissions.onAdded.addListener(async () => {
    known.clear();
    for (const ask of [...waiting.values()]) if (await granted(ask.origins)) ask.settle(true);
  });

  async function granted(origins: readonly string[]): Promise<boolean> {
    const answers = await Promise.all(
      origins.map((origin) => {
        const answer = known.get(origin) ?? isGranted(origin);
        if (known.size >= MOST_KNOWN) known.clear();
        known.set(origin, answer);
        return answer;
      }),
    );
    return answers.every(Boolean);
  }

  async function ensure(agent: Origin, origins: readonly string[], purpose?: AskPurpose): Promise<boolean> {
    if (await granted(origins)) return true;
    await ready;
    const missing: string[] = [];
    for (const origin of origins) if (!(await granted([origin]))) missing.push(origin);
    if (missing.some((origin) => declined.has(`${agent} ${origin}`))) return false;
    const same = [...waiting.values()].find(
      (ask) => ask.agent === agent && missing.every((o) => ask.origins.includes(o)),
    );
    if (same) return same.outcome;
    if ([...waiting.values()].filter((ask) => ask.agent === agent).length >= MOST_ASKS) {
      if (!told.has(agent)) crowded(agent, missing[0] ?? agent);
      told.add(agent);
      return false;
    }
    return ask(agent, missing, purpose).outcome;
  }

  function ask(agent: Origin, origins: readonly string[], purpose: AskPurpose | undefined): Waiting {
    const id = crypto.randomUUID();
    let settle = (_: boolean): void => {};
    const outcome = new Promise<boolean>((resolve) => {
      settle = (allowed) => {
        clearTimeout(timer);
        if (!allowed) remember(agent, origins);
        told.delete(agent);
        if (waiting.delete(id)) changed();
        resolve(allowed);
      };
      const timer = setTimeout(() => settle(false), PATIENCE);
    });
    const question = { id, agent, origins, purpose, settle, outcome };
    waiting.set(id, question);
    changed();
    void show(question);
    return question;
  }

  /** Until the browser is closed, or the person allows it in the popup, the same question is not asked again. */
  function remember(agent: Origin, origins: readonly string[]): void {
    for (const origin of origins) declined.add(`${agent} ${origin}`);
    const ofAgent = [...declined].filter((entry) => entry.startsWith(`${agent} `));
    for (const entry of ofAgent.slice(0, -MOST_DECLINED)) declined.delete(entry);
    void browser.storage.session.set({ declined: [...declined] });
  }

  const access: Access = {
    granted,
    ensure,
    wasDeclined: (agent, origin) => declined.has(`${agent} ${origin}`),
  };

  return {
    access,
    asks: (): Ask[] =>
      [...waiting.values()].map(({ id, agent, origins, purpose }) => ({ id, agent, origins, purpose })),
    decline: (id: string): void => waiting.get(id)?.settle(false),
  };
}

export type AccessDesk = ReturnType<typeof createAccess>;
