import browser, { type DeclarativeNetRequest } from 'webextension-polyfill';
import { HoldfastError } from '../../protocol/error.ts';

export type Rule = DeclarativeNetRequest.Rule;
export type RuleBody = Omit<Rule, 'id'>;

/** Rules of one purpose have ids of one range, so that a new worker can tell what an old one left. */
export const RANGE = { authorization: 1, presentation: 1_000_000, origin: 2_000_000 } as const;
const SIZE = 1_000_000;

/** Session rules of `declarativeNetRequest` that belong to one purpose. */
export function createSessionRules(purpose: keyof typeof RANGE) {
  const first: number = RANGE[purpose];
  let next = first;

  /** The rules of this purpose that stand; an earlier worker may have made them. */
  async function standing(): Promise<Rule[]> {
    const rules = await browser.declarativeNetRequest.getSessionRules();
    const ours = rules.filter(({ id }) => id >= first && id < first + SIZE);
    next = Math.max(next, ...ours.map(({ id }) => id + 1));
    return ours;
  }

  /** Replaces some rules by others, at once. Returns the new ids. @throws HoldfastError `rules_failed` */
  async function replace(removeRuleIds: readonly number[], bodies: readonly RuleBody[]): Promise<number[]> {
    const addRules = bodies.map((body) => ({ ...body, id: take() }));
    await browser.declarativeNetRequest
      .updateSessionRules({ removeRuleIds: [...removeRuleIds], addRules })
      .catch((cause) => {
        throw new HoldfastError('rules_failed', `Chrome refused a rule: ${String(cause)}`, { cause });
      });
    return addRules.map(({ id }) => id);
  }

  function take(): number {
    next = next + 1 < first + SIZE ? next + 1 : first + 1;
    return next;
  }

  return { standing, replace };
}
