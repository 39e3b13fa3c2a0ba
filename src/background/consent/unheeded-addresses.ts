import { MOST_FURTHER, MOST_RESTING } from '../../model/quotas.ts';
import type { SessionId } from '../../model/session.ts';
import { covers } from '../../protocol/mcp/resource.ts';
import { keep } from '../../structures/bounded-map.ts';
import { keepUnheeded, restAfter } from './unheeded.ts';

interface Unheeded {
  /** The addresses that the person has declined. */
  readonly declined: readonly string[];
  /** How many questions in a row ended without a yes, and until when the next is not put, in milliseconds since the epoch. */
  readonly times: number;
  readonly until: number;
}

const NONE: Unheeded = { declined: [], times: 0, until: 0 };

/**
 * The questions for further addresses that ended without a yes, by session, until the browser is closed. An address that the person
 * declined is not asked for again; for another, and for one that nobody answered, the session's questions rest, each time for longer.
 *
 * @param now milliseconds
 */
export function createUnheededAddresses(now: () => number) {
  const { reading, write } = keepUnheeded<SessionId, Unheeded>('unheededAddresses');

  return {
    /** Whether a session must not be asked for at this address now. */
    async stand(session: SessionId, address: string): Promise<boolean> {
      const { declined, until } = (await reading).get(session) ?? NONE;
      return now() < until || declined.length >= MOST_FURTHER || declined.some((one) => covers(one, address));
    },

    /** A question has ended so. */
    async add(session: SessionId, address: string, how: 'allowed' | 'declined' | 'unanswered' | 'gone'): Promise<void> {
      if (how === 'gone') return; // its page, or its session
      const all = await reading;
      const { declined, times } = all.get(session) ?? NONE;
      const next: Unheeded =
        how === 'allowed'
          ? { declined, times: 0, until: 0 }
          : {
              declined: how === 'declined' ? [...declined, address] : declined,
              times: times + 1,
              until: now() + restAfter(times),
            };
      keep(all, session, next, MOST_RESTING);
      await write();
    },
  };
}
