import type { SessionId } from '../../model/session.ts';

/** How long a proof may be out before it is taken as lost, in milliseconds. */
export const PROOF_LIFETIME = 3_000;

/** The right to use a place now. It ends when every proof that was handed out under it has been seen, or is lost. */
export interface Turn {
  /** A proof was made, and is on its way to the wire. */
  handOut(jti: string): void;
  /** Ends the turn's preparation; proofs that are out go on counting. */
  done(): void;
  /** Whether other sessions wait for the same place. */
  readonly contended: boolean;
}

interface Place {
  holder: SessionId;
  preparing: number;
  /** Proofs that were not seen yet: jti → when they are taken as lost. */
  readonly out: Map<string, number>;
  readonly queue: { readonly session: SessionId; readonly start: () => void }[];
  /** Set while it is going to look whether a proof is lost. */
  timer?: ReturnType<typeof setTimeout> | undefined;
}

/**
 * A rule in the network layer knows a tab and a URL, but no session. Where two sessions of one tab use one URL (two
 * accounts of one agent), they take turns, first come first served: the next session waits until every proof of the one
 * before it has left.
 *
 * @param recall asks the pages of a place to give back proofs that were made ahead
 * @param emptied is told when all that was handed out at a place has left, and nobody waits for it
 */
export function createTurns(
  now: () => number,
  recall: (place: string, holder: SessionId) => void,
  emptied: (place: string) => void = () => undefined,
) {
  const places = new Map<string, Place>();

  async function take(name: string, session: SessionId): Promise<Turn> {
    const place: Place = places.get(name) ?? { holder: session, preparing: 0, out: new Map(), queue: [] };
    places.set(name, place);
    if (place.queue.length > 0 || !isFree(place, session)) {
      const turn = new Promise<void>((start) => place.queue.push({ session, start }));
      hurry(name, place);
      await turn;
    } else {
      begin(place, session);
    }
    return {
      handOut: (jti) => place.out.set(jti, now() + PROOF_LIFETIME),
      done: () => {
        place.preparing -= 1;
        pump(name, place);
        hurry(name, place);
      },
      get contended() {
        return place.queue.length > 0;
      },
    };
  }

  /** A proof has left, or never will. */
  function seen(jti: string): void {
    for (const [name, place] of places) if (place.out.delete(jti)) pump(name, place);
  }

  function pump(name: string, place: Place): void {
    for (let next = place.queue[0]; next && isFree(place, next.session); next = place.queue[0]) {
      place.queue.shift();
      begin(place, next.session);
      next.start();
    }
    if (place.preparing > 0 || place.out.size > 0 || place.queue.length > 0) return;
    places.delete(name);
    emptied(name);
  }

  function begin(place: Place, session: SessionId): void {
    place.holder = session;
    place.preparing += 1;
  }

  function isFree(place: Place, session: SessionId): boolean {
    for (const [jti, lost] of place.out) if (lost <= now()) place.out.delete(jti);
    return place.holder === session || (place.preparing === 0 && place.out.size === 0);
  }

  /** Others wait for what is out: what was made ahead is asked back, and what never leaves is waited for no longer than it lives. */
  function hurry(name: string, place: Place): void {
    if (place.queue.length === 0 || place.out.size === 0) return;
    recall(name, place.holder);
    lookAgain(name, place);
  }

  /** Looks again when the first of the proofs that are out is taken as lost. */
  function lookAgain(name: string, place: Place): void {
    if (place.timer !== undefined || place.queue.length === 0 || place.out.size === 0) return;
    const first = Math.min(...place.out.values());
    place.timer = setTimeout(
      () => {
        place.timer = undefined;
        pump(name, place);
        lookAgain(name, place);
      },
      Math.max(0, first - now()),
    );
  }

  return { take, seen };
}

export type Turns = ReturnType<typeof createTurns>;
