import type { SessionId } from '../../model/session.ts';
import { keyOf, type PresentationSlot } from './presentation-slot.ts';

/** The right to use a slot now. It ends when every proof that was handed out under it has been seen, or is lost. */
export interface Turn {
  /** A proof was made, and is on its way to the wire. @param outMs how long until it counts as lost, in milliseconds */
  handOut(jti: string, outMs: number): void;
  /** Ends the turn's preparation; proofs that are out go on counting. */
  done(): void;
  /** Whether other sessions wait for the same slot. */
  readonly contended: boolean;
}

/** Whose turn it is: a session's or, before a request of the page's own, nobody's. */
export type Holder = SessionId | typeof NOBODY;
export const NOBODY = Symbol('nobody');

interface Use {
  readonly slot: PresentationSlot;
  holder: Holder;
  preparing: number;
  /** Proofs that were not seen yet: jti → when they are taken as lost. */
  readonly out: Map<string, number>;
  readonly queue: { readonly holder: Holder; readonly start: () => void }[];
  /** Set while it is going to look whether a proof is lost. */
  timer?: ReturnType<typeof setTimeout> | undefined;
}

/**
 * A rule in the network layer knows a slot, but no session. Where two sessions of one tab use one URL (two
 * accounts of one agent), they take turns, first come first served: the next session waits until every proof of the one
 * before it has left.
 *
 * @param recall asks the pages of a slot to give back proofs that were made ahead
 * @param emptied called when every proof for a slot has left, and no session waits for it
 */
export function createSlotQueue(
  now: () => number,
  recall: (slot: PresentationSlot, holder: SessionId) => void,
  emptied: (slot: PresentationSlot) => void = () => undefined,
) {
  const inUse = new Map<string, Use>();
  /** Where a proof is out, by its `jti`. */
  const uses = new Map<string, Use>();

  async function take(slot: PresentationSlot, holder: Holder): Promise<Turn> {
    const use: Use = inUse.get(keyOf(slot)) ?? { slot, holder, preparing: 0, out: new Map(), queue: [] };
    inUse.set(keyOf(slot), use);
    if (use.queue.length > 0 || !isFree(use, holder)) {
      const turn = new Promise<void>((start) => use.queue.push({ holder, start }));
      hurry(use);
      await turn;
    } else {
      begin(use, holder);
    }
    return {
      handOut: (jti, outMs) => {
        use.out.set(jti, now() + outMs);
        uses.set(jti, use);
        lookAgain(use);
      },
      done: () => {
        use.preparing -= 1;
        pump(use);
        hurry(use);
      },
      get contended() {
        return use.queue.length > 0;
      },
    };
  }

  /** A proof has left, or never will. */
  function seen(jti: string): void {
    const use = uses.get(jti);
    if (!use) return;
    takeBack(use, jti);
    pump(use);
  }

  /** The document of a tab is gone: what was made for its requests, and has not left, never will. */
  function leave(tab: number): void {
    for (const use of [...inUse.values()].filter(({ slot }) => slot.tab === tab)) {
      for (const jti of use.out.keys()) takeBack(use, jti);
      pump(use);
    }
  }

  function takeBack(use: Use, jti: string): void {
    use.out.delete(jti);
    uses.delete(jti);
  }

  function pump(use: Use): void {
    forgetLost(use);
    for (let next = use.queue[0]; next && isFree(use, next.holder); next = use.queue[0]) {
      use.queue.shift();
      begin(use, next.holder);
      next.start();
    }
    if (use.preparing > 0 || use.out.size > 0 || use.queue.length > 0) return;
    clearTimeout(use.timer);
    inUse.delete(keyOf(use.slot));
    emptied(use.slot);
  }

  function begin(use: Use, holder: Holder): void {
    use.holder = holder;
    use.preparing += 1;
  }

  function isFree(use: Use, holder: Holder): boolean {
    forgetLost(use);
    return use.holder === holder || (use.preparing === 0 && use.out.size === 0);
  }

  function forgetLost(use: Use): void {
    for (const [jti, lost] of use.out) if (lost <= now()) takeBack(use, jti);
  }

  /** Other sessions wait: asks for the proofs that were made ahead. The others are waited for no longer than they live. */
  function hurry(use: Use): void {
    if (use.queue.length === 0 || use.out.size === 0) return;
    if (use.holder !== NOBODY) recall(use.slot, use.holder);
  }

  /** Looks again when the first of the proofs that are out is taken as lost: nothing is kept of a slot whose page asks no more. */
  function lookAgain(use: Use): void {
    clearTimeout(use.timer);
    if (use.out.size === 0) return;
    const first = Math.min(...use.out.values());
    use.timer = setTimeout(
      () => {
        pump(use);
        lookAgain(use);
      },
      Math.max(0, first - now()),
    );
  }

  return { take, seen, leave };
}

export type SlotQueue = ReturnType<typeof createSlotQueue>;
