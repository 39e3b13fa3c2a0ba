import { RIGHT_BACK_MS, RIGHT_OUT_MS } from '../../model/lifetimes.ts';
import type { SessionId } from '../../model/session.ts';
import { keyOf, type PresentationSlot } from './presentation-slot.ts';

/** The right to use a slot now. It ends when every proof that was handed out under it has been seen, or is lost. */
export interface Turn {
  /** A proof was made, and is on its way to the wire. @param outMs how long until it counts as lost, in milliseconds */
  handOut(jti: string, outMs: number): void;
  /** Rights that were made ahead together. Each that is seen lengthens the time of the others. */
  lend(jtis: readonly string[]): void;
  /** Ends the turn's preparation; proofs that are out go on counting. */
  done(): void;
  /** Whether other sessions wait for the same slot. */
  readonly contended: boolean;
}

/** Whose turn it is: a session's or, before a request of the page's own, nobody's. */
export type Holder = SessionId | typeof NOBODY;
export const NOBODY = Symbol('nobody');

/** What was handed out and has not left. Times are in milliseconds. */
interface Out {
  /** When it counts as lost. */
  lost: number;
  /** When its page is asked to give back what it has not used; undefined for what is not lent. */
  back?: number;
}

interface Use {
  readonly slot: PresentationSlot;
  holder: Holder;
  preparing: number;
  /** Proofs that were not seen yet, by their `jti`. Those that were lent together have one `Out`. */
  readonly out: Map<string, Out>;
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
      handOut: (jti, outMs) => goOut(use, [jti], { lost: now() + outMs }),
      lend: (jtis) => goOut(use, jtis, lent()),
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

  function goOut(use: Use, jtis: readonly string[], out: Out): void {
    if (jtis.length === 0) return;
    for (const jti of jtis) {
      use.out.set(jti, out);
      uses.set(jti, use);
    }
    lookAgain(use);
  }

  const lent = (): Required<Out> => ({ lost: now() + RIGHT_OUT_MS, back: now() + RIGHT_BACK_MS });

  /** A proof has left. */
  function seen(jti: string): void {
    const out = uses.get(jti)?.out.get(jti);
    if (out?.back !== undefined) Object.assign(out, lent());
    gone(jti);
  }

  /** A proof has left, or never will. */
  function gone(jti: string): void {
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
    for (const [jti, { lost }] of use.out) if (lost <= now()) takeBack(use, jti);
  }

  /** Other sessions wait: asks for the proofs that were made ahead. The others are waited for no longer than they live. */
  function hurry(use: Use): void {
    if (use.queue.length > 0 && use.out.size > 0) askBack(use);
  }

  function askBack({ slot, holder }: Use): void {
    if (holder !== NOBODY) recall(slot, holder);
  }

  /** Looks again when the first of those that are out is asked for, or is taken as lost: nothing is kept of a slot whose page asks no more. */
  function lookAgain(use: Use): void {
    clearTimeout(use.timer);
    if (use.out.size === 0) return;
    const outs = [...new Set(use.out.values())];
    const first = Math.min(...outs.map(({ back = Infinity, lost }) => Math.min(back, lost)));
    use.timer = setTimeout(
      () => {
        const due = outs.filter(({ back = Infinity }) => back <= now());
        for (const out of due) out.back = Infinity;
        if (due.length > 0) askBack(use);
        pump(use);
        lookAgain(use);
      },
      Math.max(0, first - now()),
    );
  }

  return { take, seen, gone, leave };
}

export type SlotQueue = ReturnType<typeof createSlotQueue>;
