import type { Origin } from '../../model/origin.ts';
import { MOST_SLOTS } from '../../model/quotas.ts';
import type { LiveSession } from '../../model/session.ts';
import { keep } from '../../structures/bounded-map.ts';
import type { Ports } from '../ports.ts';
import { keyOf, type PresentationSlot } from './presentation-slot.ts';

/** The length of a mark's random part in base64url: 132 bits. */
const LENGTH = 22;

/**
 * Marks: what the URL of a request has for a fragment, where a token is presented without a proof. No other request gets the token: its
 * page's wrapper alone is told the mark, and a fragment leaves no browser.
 *
 * A mark stays the same for a session and a slot. Chrome keeps what a preflight has allowed by the whole URL, and asks anew for a new mark.
 */
export function createMarks(random: Ports['random']) {
  const marks = new Map<string, { readonly agent: Origin; readonly mark: string }>();
  /** Agents whose browser has sent a marked request past its rule. */
  const ignored = new Set<Origin>();

  /** Undefined where the rules do without. */
  function of(slot: PresentationSlot, { id, agent }: Pick<LiveSession, 'id' | 'agent'>): string | undefined {
    if (ignored.has(agent)) return undefined;
    const key = `${keyOf(slot)} ${id}`;
    const made = marks.get(key) ?? { agent, mark: `hf-${random().slice(0, LENGTH)}` };
    keep(marks, key, made, MOST_SLOTS.agent, (other) => other.agent === agent);
    return made.mark;
  }

  return {
    of,
    /** The browser matches no fragments, which Chrome does not document. As long as this worker lives, the agent's rules have no marks. */
    doWithout: (agent: Origin): void => void ignored.add(agent),
  };
}

export type Marks = ReturnType<typeof createMarks>;
