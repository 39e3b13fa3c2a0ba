import { UNLOCK_MS } from '../../model/lifetimes.ts';
import type { Origin } from '../../model/origin.ts';

interface Waiting {
  readonly answer: Promise<boolean>;
  readonly settle: (unlocked: boolean) => void;
}

/**
 * The one question of a locked vault: unlock it for this agent? An agent's requests wait for it together. Unanswered, or
 * answered with *Not now*, it is not put again until the agent's page is loaded again or the vault was unlocked.
 *
 * @param show brings the question before the person
 * @param changed is called when there are more or fewer agents that wait
 */
export function createQuestion(show: (agent: Origin) => void, changed: () => void) {
  const waiting = new Map<Origin, Waiting>();
  const refused = new Set<Origin>();

  /** False when the vault stays locked. */
  async function ask(agent: Origin): Promise<boolean> {
    if (refused.has(agent)) return false;
    const standing = waiting.get(agent);
    if (standing) return standing.answer;

    let settle = (_: boolean): void => {};
    const answer = new Promise<boolean>((resolve) => {
      settle = (unlocked) => {
        clearTimeout(timer);
        waiting.delete(agent);
        if (!unlocked) refused.add(agent);
        resolve(unlocked);
        changed();
      };
      const timer = setTimeout(() => settle(false), UNLOCK_MS);
    });
    waiting.set(agent, { answer, settle });
    changed();
    show(agent);
    return answer;
  }

  function unlocked(): void {
    refused.clear();
    for (const { settle } of [...waiting.values()]) settle(true);
  }

  return {
    ask,
    unlocked,
    stayLocked: (agent: Origin): void => waiting.get(agent)?.settle(false),
    /** The agent's page was loaded again: somebody is there, perhaps. */
    arrived: (agent: Origin): void => void refused.delete(agent),
    agents: (): Origin[] => [...waiting.keys()],
  };
}

export type Question = ReturnType<typeof createQuestion>;
