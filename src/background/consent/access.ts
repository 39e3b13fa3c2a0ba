import browser from 'webextension-polyfill';
import type { Ask, AskPurpose } from '../../messages/ui.ts';
import type { Origin } from '../../model/origin.ts';
import type { Access, Refusal } from '../../sessions/ports.ts';
import { isGranted } from '../sites/protection.ts';
import { createRefusals } from './refusals.ts';

/**
 * An agent waits this long for the person, in milliseconds; then it goes on as without Holdfast. The official SDKs give up
 * after sixty seconds, and would then blame their server.
 */
const PATIENCE = 45_000;

/**
 * A server may turn out to need one more host when the first have been allowed. The question for that one follows within
 * this time, in milliseconds, and the agent has been waiting since the first: the person has what is left, or ten seconds.
 */
const FOLLOWS = 12_000;
const SHORTEST = 10_000;

/** So many questions of one agent are open at a time. */
const MOST_ASKS = 4;
/** So many origins' permissions are remembered; Chrome tells them again. */
const MOST_KNOWN = 512;

interface Waiting extends Ask {
  readonly agent: Origin;
  readonly origins: readonly Origin[];
  readonly settle: (outcome: 'allowed' | 'gone' | Refusal['reason']) => void;
  readonly outcome: Promise<boolean>;
}

interface Desk {
  /** Brings the question before the person; views that are open show it anyway. */
  readonly show: (ask: Ask) => Promise<void>;
  /** There are more or fewer questions of an agent. */
  readonly changed: (agent: Origin) => void;
  /** Told once when an agent asks too many questions, with the first server that it was refused for that. */
  readonly crowded: (agent: Origin, server: string) => void;
  readonly failed: (error: unknown) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Host permissions: the person's consent, as Chrome keeps it. */
export function createAccess({ show, changed, crowded, failed, now }: Desk) {
  const known = new Map<Origin, Promise<boolean>>();
  const waiting = new Map<string, Waiting>();
  const refusals = createRefusals(now);
  /** When an agent's latest question was answered with a yes, and since when it had waited then. */
  const answered = new Map<Origin, { readonly at: number; readonly since: number }>();
  /** Agents with too many questions, until one of those is answered. */
  const told = new Set<Origin>();

  browser.permissions.onRemoved.addListener(() => known.clear());
  browser.permissions.onAdded.addListener(async () => {
    known.clear();
    for (const ask of [...waiting.values()]) if (await granted(ask.origins)) ask.settle('allowed');
    await refusals.mend((origin) => granted([origin])).catch(failed);
  });

  async function granted(origins: readonly Origin[]): Promise<boolean> {
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

  async function ensure(agent: Origin, origins: readonly Origin[], purpose?: AskPurpose): Promise<boolean> {
    if (await granted(origins)) return true;
    const missing: Origin[] = [];
    for (const origin of origins) if (!(await granted([origin]))) missing.push(origin);
    if (await refusals.stand(agent, missing)) return false;
    const hasDeclinedMany = await refusals.areMany(agent);
    const own = [...waiting.values()].filter((ask) => ask.agent === agent);
    const same = own.find((ask) => missing.every((origin) => ask.origins.includes(origin)));
    if (same) return same.outcome;
    if (hasDeclinedMany || own.length >= MOST_ASKS) {
      if (!told.has(agent)) crowded(agent, missing[0] ?? agent);
      told.add(agent);
      return false;
    }
    return ask(agent, missing, purpose).outcome;
  }

  function ask(agent: Origin, origins: readonly Origin[], purpose: AskPurpose | undefined): Waiting {
    const id = crypto.randomUUID();
    const before = answered.get(agent);
    const since = before && now() - before.at < FOLLOWS ? before.since : now();
    const until = Math.max(since + PATIENCE, now() + SHORTEST);
    let settle: Waiting['settle'] = () => {};
    const outcome = new Promise<boolean>((resolve) => {
      settle = (how) => {
        if (!waiting.delete(id)) return;
        clearTimeout(timer);
        told.delete(agent);
        if (how === 'allowed') answered.set(agent, { at: now(), since });
        changed(agent);
        const remembered = how === 'allowed' ? refusals.clear(agent) : refusals.add(agent, origins, how);
        void remembered.catch(failed).then(() => resolve(how === 'allowed'));
      };
      const timer = setTimeout(() => settle('unanswered'), until - now());
    });
    const question = { id, agent, origins, purpose: purpose && within(purpose, origins), until, settle, outcome };
    waiting.set(id, question);
    changed(agent);
    void bringUp(question).catch(failed);
    return question;
  }

  async function bringUp(question: Waiting): Promise<void> {
    if (!(await refusals.areQuiet(question.agent))) await show(question);
  }

  const access: Access = { granted, ensure, refusal: refusals.find, signedIn: refusals.signedIn };

  return {
    access,
    asks: (): Ask[] =>
      [...waiting.values()].map(({ id, agent, origins, purpose, until }) => ({ id, agent, origins, purpose, until })),
    /** No page of the agent is left that waits. */
    left(agent: Origin): void {
      for (const ask of [...waiting.values()]) if (ask.agent === agent) ask.settle('gone');
    },
    decline: (id: string): void => waiting.get(id)?.settle('declined'),
    /** The person protects the agent's site, or allows it something: what it was refused before may be asked again. */
    forgive: refusals.clear,
  };
}

export type AccessDesk = ReturnType<typeof createAccess>;

/** The sentence of a question names servers that are in its list, and no other: an agent knows what it would like to read. */
function within({ kind, issuer, resource }: AskPurpose, origins: readonly string[]): AskPurpose {
  const named = (origin: string | undefined) => (origin && origins.includes(origin) ? origin : undefined);
  return { kind, issuer: named(issuer), resource: named(resource) };
}
