import browser from 'webextension-polyfill';
import type { Ask, AskPurpose } from '../../messages/ui.ts';
import { QUESTION_FOLLOWS_MS, QUESTION_MS, QUESTION_SHORTEST_MS } from '../../model/lifetimes.ts';
import type { Origin } from '../../model/origin.ts';
import { MOST_GRANTED_KNOWN, MOST_QUESTIONS } from '../../model/quotas.ts';
import type { Access, Ports, Refusal } from '../../sessions/ports.ts';
import type { Changes } from '../changes.ts';
import { isGranted } from '../sites/protection.ts';
import type { Consents } from './consents.ts';
import { createRefusals } from './refusals.ts';

interface Waiting extends Ask {
  readonly agent: Origin;
  readonly origins: readonly Origin[];
  readonly settle: (outcome: 'allowed' | 'gone' | Refusal['reason']) => void;
  readonly outcome: Promise<boolean>;
}

interface Parts {
  readonly changes: Changes;
  readonly consents: Consents;
  readonly isProtected: (site: Origin) => Promise<boolean>;
  readonly record: Ports['record'];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What the person has allowed: a server to Holdfast, which Chrome keeps, and to an agent, which Holdfast keeps. */
export function createAccess({ changes, consents, isProtected, record, now }: Parts) {
  const { failed } = changes;
  const known = new Map<Origin, Promise<boolean>>();
  const waiting = new Map<string, Waiting>();
  const refusals = createRefusals(now);
  /** When an agent's latest question was answered with a yes, and since when it had waited then. */
  const answered = new Map<Origin, { readonly at: number; readonly since: number }>();
  /** Agents with too many questions, until one of those is answered. */
  const told = new Set<Origin>();

  // No page of the agent is left that waits.
  changes.on('left', (agent) => {
    for (const ask of [...waiting.values()]) if (ask.agent === agent) ask.settle('gone');
  });
  browser.permissions.onRemoved.addListener(() => known.clear());
  browser.permissions.onAdded.addListener(async () => {
    known.clear();
    await look();
    await refusals.mend(granted).catch(failed);
  });

  /** Whether Chrome lets Holdfast reach a server, for whichever agent. */
  function isReachable(origin: Origin): Promise<boolean> {
    const answer = known.get(origin) ?? isGranted(origin);
    if (known.size >= MOST_GRANTED_KNOWN) known.clear();
    known.set(origin, answer);
    return answer;
  }

  async function granted(agent: Origin, origins: readonly Origin[]): Promise<boolean> {
    const answers = await Promise.all(
      origins.flatMap((origin) => [consents.holds(agent, origin), isReachable(origin)]),
    );
    return answers.every(Boolean);
  }

  /** Something was allowed: questions may have their answer. */
  async function look(): Promise<void> {
    for (const ask of [...waiting.values()]) if (await granted(ask.agent, ask.origins)) ask.settle('allowed');
  }

  async function ensure(agent: Origin, origins: readonly Origin[], purpose?: AskPurpose): Promise<boolean> {
    const missing: Origin[] = [];
    for (const origin of origins) if (!(await granted(agent, [origin]))) missing.push(origin);
    if (missing.length === 0) return true;
    if (await refusals.stand(agent, missing)) return false;
    const hasDeclinedMany = await refusals.areMany(agent);
    const own = [...waiting.values()].filter((ask) => ask.agent === agent);
    const same = own.find((ask) => missing.every((origin) => ask.origins.includes(origin)));
    if (same) return same.outcome;
    if (hasDeclinedMany || own.length >= MOST_QUESTIONS) {
      if (!told.has(agent)) {
        record({ at: now(), kind: 'denied', agent, server: missing[0], code: 'too_many_questions' });
      }
      told.add(agent);
      return false;
    }
    return ask(agent, missing, purpose).outcome;
  }

  function ask(agent: Origin, origins: readonly Origin[], purpose: AskPurpose | undefined): Waiting {
    const id = crypto.randomUUID();
    const before = answered.get(agent);
    const since = before && now() - before.at < QUESTION_FOLLOWS_MS ? before.since : now();
    const until = Math.max(since + QUESTION_MS, now() + QUESTION_SHORTEST_MS);
    let settle: Waiting['settle'] = () => {};
    const outcome = new Promise<boolean>((resolve) => {
      settle = (how) => {
        if (!waiting.delete(id)) return;
        clearTimeout(timer);
        told.delete(agent);
        if (how === 'allowed') answered.set(agent, { at: now(), since });
        changes.tell('asks', agent);
        void remember(agent, origins, how)
          .catch(failed)
          .then(() => resolve(how === 'allowed'));
      };
      const timer = setTimeout(() => settle('unanswered'), until - now());
    });
    const question = { id, agent, origins, purpose: purpose && within(purpose, origins), until, settle, outcome };
    waiting.set(id, question);
    changes.tell('asks', agent);
    void bringUp(question).catch(failed);
    return question;
  }

  async function remember(
    agent: Origin,
    origins: readonly Origin[],
    how: Parameters<Waiting['settle']>[0],
  ): Promise<void> {
    if (how === 'allowed') return refusals.clear(agent);
    await consents.takeBack(agent, origins); // the person has said yes here, and no to Chrome
    await refusals.add(agent, origins, how);
  }

  /** Views that are open show it anyway. */
  async function bringUp(question: Waiting): Promise<void> {
    if (!(await refusals.areQuiet(question.agent))) changes.tell('question', question);
  }

  const port: Access = { granted, ensure, refusal: refusals.find, signedIn: refusals.signedIn };

  return {
    port,
    asks: (): Ask[] =>
      [...waiting.values()].map(({ id, agent, origins, purpose, until }) => ({ id, agent, origins, purpose, until })),
    isReachable,
    /** The person allows an agent these servers. Chrome may still have to be asked for its half. */
    async allow(agent: Origin, origins: readonly Origin[]): Promise<void> {
      await consents.give(agent, origins);
      await refusals.clear(agent);
      await look();
    },
    /** The person takes servers back from an agent. Chrome's half goes too, where no other agent needs it. */
    async disallow(agent: Origin, origins: readonly Origin[]): Promise<void> {
      await consents.takeBack(agent, origins);
      await changes.carryOut('disallowed', agent);
      for (const origin of origins) {
        if ((await consents.isUsed(origin)) || (await isProtected(origin))) continue;
        await browser.permissions.remove({ origins: [`${origin}/*`] });
      }
    },
    decline: (id: string): void => waiting.get(id)?.settle('declined'),
    /** The person protects the agent's site: what it was refused before may be asked again. */
    forgive: refusals.clear,
  };
}

export type HostAccess = ReturnType<typeof createAccess>;

/** The sentence of a question names servers that are in its list, and no other: an agent knows what it would like to read. */
function within({ kind, issuer, resource }: AskPurpose, origins: readonly string[]): AskPurpose {
  const named = (origin: string | undefined) => (origin && origins.includes(origin) ? origin : undefined);
  return { kind, issuer: named(issuer), resource: named(resource) };
}
