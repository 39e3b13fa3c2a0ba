import browser from 'webextension-polyfill';
import type { Ask, AskPurpose, FurtherAsk } from '../../messages/ui.ts';
import { QUESTION_FOLLOWS_MS, QUESTION_MS, QUESTION_SHORTEST_MS } from '../../model/lifetimes.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import { MOST_GRANTED_KNOWN, MOST_QUESTIONS } from '../../model/quotas.ts';
import { isLive, type LiveSession, type SessionId } from '../../model/session.ts';
import { covers } from '../../protocol/mcp/resource.ts';
import type { Access, Ports, Refusal } from '../../sessions/ports.ts';
import type { Changes } from '../changes.ts';
import { isGranted } from '../sites/protection.ts';
import type { Consents } from './consents.ts';
import { createRefusals } from './refusals.ts';
import { createUnheededAddresses } from './unheeded-addresses.ts';

/** How a question ends; `gone` where nobody waits for its answer any more. */
type Ending = 'allowed' | 'gone' | Refusal['reason'];

/** What is asked: servers for an agent, or a further address for a session of its own. */
interface Question extends Omit<Ask, 'id' | 'until'> {
  readonly agent: Origin;
  readonly origins: readonly Origin[];
  readonly further?: (FurtherAsk & { readonly session: SessionId }) | undefined;
}

interface Waiting extends Question, Pick<Ask, 'id' | 'until'> {
  readonly settle: (how: Ending) => void;
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
  const unheeded = createUnheededAddresses(now);
  /** When an agent's latest question was answered with a yes, and since when it had waited then. */
  const answered = new Map<Origin, { readonly at: number; readonly since: number }>();
  /** Agents with too many questions, until one of those is answered. */
  const told = new Set<Origin>();

  // No page of the agent is left that waits.
  changes.on('left', (agent) => {
    for (const ask of [...waiting.values()]) if (ask.agent === agent) ask.settle('gone');
  });
  changes.on('session', (id, session) => {
    if (session && isLive(session)) return;
    for (const ask of [...waiting.values()]) if (ask.further?.session === id) ask.settle('gone');
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

  const mayHave = async (agent: Origin, origin: Origin): Promise<boolean> =>
    (await granted(agent, [origin])) || !(await refusals.stand(agent, [origin]));

  /** Something was allowed: questions may have their answer. */
  async function look(): Promise<void> {
    for (const ask of [...waiting.values()])
      if (!ask.further && (await granted(ask.agent, ask.origins))) ask.settle('allowed');
  }

  async function ensure(agent: Origin, origins: readonly Origin[], purpose?: AskPurpose): Promise<boolean> {
    const missing: Origin[] = [];
    for (const origin of origins) if (!(await granted(agent, [origin]))) missing.push(origin);
    if (missing.length === 0) return true;
    if (await refusals.stand(agent, missing)) return false;
    const hasDeclinedMany = await refusals.areMany(agent);
    const own = waitingOf(agent);
    const same = own.find((ask) => missing.every((origin) => ask.origins.includes(origin)));
    if (same) return same.outcome;
    if (hasDeclinedMany || own.length >= MOST_QUESTIONS) return noteCrowd(agent, missing[0]);
    const before = answered.get(agent);
    const since = before && now() - before.at < QUESTION_FOLLOWS_MS ? before.since : now();
    return ask({ agent, origins: missing, purpose: purpose && within(purpose, missing) }, since).outcome;
  }

  async function askFurther({ id: session, agent, resource }: LiveSession, address: string): Promise<boolean> {
    if (resource === undefined || (await unheeded.stand(session, address))) return false;
    const hasDeclinedMany = await refusals.areMany(agent);
    const own = waitingOf(agent);
    const open = own.find(({ further }) => further?.session === session);
    if (open?.further) return covers(open.further.address, address) && open.outcome;
    if (hasDeclinedMany || own.length >= MOST_QUESTIONS) return noteCrowd(agent, originOf(address));
    return ask({ agent, origins: [], further: { session, resource, address } }, now()).outcome;
  }

  const waitingOf = (agent: Origin): Waiting[] => [...waiting.values()].filter((ask) => ask.agent === agent);

  function noteCrowd(agent: Origin, server: Origin | undefined): false {
    if (!told.has(agent)) record({ at: now(), kind: 'denied', agent, server, code: 'too_many_questions' });
    told.add(agent);
    return false;
  }

  /** @param since when the agent began to wait, in milliseconds since the epoch */
  function ask(question: Question, since: number): Waiting {
    const { agent } = question;
    const id = crypto.randomUUID();
    const until = Math.max(since + QUESTION_MS, now() + QUESTION_SHORTEST_MS);
    let settle: Waiting['settle'] = () => {};
    const outcome = new Promise<boolean>((resolve) => {
      settle = (how) => {
        if (!waiting.delete(id)) return;
        clearTimeout(timer);
        told.delete(agent);
        if (how === 'allowed') answered.set(agent, { at: now(), since });
        changes.tell('asks', agent);
        void remember(question, how)
          .catch(failed)
          .then(() => resolve(how === 'allowed'));
      };
      const timer = setTimeout(() => settle('unanswered'), until - now());
    });
    const put = { ...question, id, until, settle, outcome };
    waiting.set(id, put);
    changes.tell('asks', agent);
    void bringUp(put).catch(failed);
    return put;
  }

  async function remember({ agent, origins, further }: Question, how: Ending): Promise<void> {
    if (further) await unheeded.add(further.session, further.address, how);
    if (how === 'allowed') return refusals.clear(agent);
    if (further) return refusals.add(agent, [], 'gone'); // one more without a yes; no server was declined
    await consents.takeBack(agent, origins); // the person has said yes here, and no to Chrome
    await refusals.add(agent, origins, how);
  }

  /** Views that are open show it anyway. */
  async function bringUp(question: Waiting): Promise<void> {
    if (!(await refusals.areQuiet(question.agent))) changes.tell('question', question);
  }

  const port: Access = { granted, mayHave, ensure, askFurther, refusal: refusals.find, signedIn: refusals.signedIn };

  return {
    port,
    asks: (): Ask[] => [...waiting.values()].map(({ settle: _, outcome: __, ...ask }) => ask),
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
    /** The person lets a session be used at the address that this question names. */
    allowFurther(id: string): void {
      const asked = waiting.get(id);
      if (asked?.further) asked.settle('allowed');
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
