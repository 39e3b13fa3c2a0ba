import type { Origin } from '../../model/origin.ts';
import { MOST_REFUSED, PATIENT_QUESTIONS } from '../../model/quotas.ts';
import type { Refusal } from '../../sessions/ports.ts';
import { keepUnheeded, restAfter } from './unheeded.ts';

interface Remembered extends Refusal {
  /** Milliseconds since the epoch: until then the question is not put again. */
  readonly until?: number | undefined;
}

interface Unheeded {
  /** What the agent was not allowed, oldest first. */
  readonly refused: readonly Remembered[];
  /** How many of its questions in a row ended without a yes, and until when the next ones are not brought up. */
  readonly times: number;
  readonly quietUntil: number;
}

const NONE: Unheeded = { refused: [], times: 0, quietUntil: 0 };

/**
 * The questions that ended without a yes, by agent, until the browser is closed. What the person declined is not asked
 * again; what nobody answered is, at the next sign-in. A yes to anything that an agent asks for clears all that is kept of it.
 *
 * @param now milliseconds
 */
export function createRefusals(now: () => number) {
  const { reading, write } = keepUnheeded<Origin, Unheeded>('unheeded');

  async function of(agent: Origin): Promise<Unheeded> {
    return (await reading).get(agent) ?? NONE;
  }

  async function change(agent: Origin, next: Unheeded): Promise<void> {
    const all = await reading;
    if (next === NONE) all.delete(agent);
    else all.set(agent, next);
    await write();
  }

  /** A question has ended without a yes; without an answer too where its page is gone: then there is nothing to remember. */
  async function add(agent: Origin, origins: readonly Origin[], reason: Refusal['reason'] | 'gone'): Promise<void> {
    const before = await of(agent);
    const times = before.times + 1;
    const quiet = times > PATIENT_QUESTIONS ? restAfter(times - PATIENT_QUESTIONS - 1) : 0;
    const next = { ...before, times, quietUntil: now() + quiet };
    if (reason === 'gone') return change(agent, next);
    const until = reason === 'declined' ? undefined : now() + restAfter(times - 1);
    // An answer is not replaced by none: of two questions that stood at once, one may be declined and the other not.
    const isReplaced = (one: Remembered): boolean =>
      (reason === 'declined' || one.reason === 'unanswered') && one.origins.every((origin) => origins.includes(origin));
    const others = before.refused.filter((one) => !isReplaced(one));
    await change(agent, { ...next, refused: limited([...others, { reason, origins, until }]) });
  }

  return {
    add,

    /** Whether some of these servers must not be asked for: declined, or of a sign-in that goes on without Holdfast. */
    async stand(agent: Origin, origins: readonly Origin[]): Promise<boolean> {
      const standing = (await of(agent)).refused.filter(({ until = Number.POSITIVE_INFINITY }) => now() < until);
      return standing.some((refusal) => refusal.origins.some((origin) => origins.includes(origin)));
    },

    /** Whether the person has said no as often as is remembered: no further question is put then. */
    async areMany(agent: Origin): Promise<boolean> {
      return sizeOf((await of(agent)).refused.filter(({ reason }) => reason === 'declined')) >= MOST_REFUSED;
    },

    /** Whether the agent's questions are to be left to the badge: too many of them have gone without a yes. */
    async areQuiet(agent: Origin): Promise<boolean> {
      return now() < (await of(agent)).quietUntil;
    },

    /** The latest question without a yes that named one of these servers. */
    async find(agent: Origin, origins: readonly Origin[]): Promise<Refusal | undefined> {
      const found = (await of(agent)).refused.findLast((one) => one.origins.some((origin) => origins.includes(origin)));
      return found && { reason: found.reason, origins: found.origins };
    },

    /** A sign-in of the agent has ended: what nobody answered may be asked at the next. */
    async signedIn(agent: Origin): Promise<void> {
      const before = await of(agent);
      const isOver = ({ reason, until }: Remembered): boolean => reason === 'declined' || until === 0;
      if (before.refused.every(isOver)) return;
      const refused = before.refused.map((one) => (isOver(one) ? one : { ...one, until: 0 }));
      await change(agent, { ...before, refused });
    },

    /** The person protects the agent's site, or allows it something. */
    clear: (agent: Origin): Promise<void> => change(agent, NONE),

    /** Chrome was told to let Holdfast into more sites. */
    async mend(isGranted: (agent: Origin, origins: readonly Origin[]) => Promise<boolean>): Promise<void> {
      for (const [agent, { refused }] of await reading) {
        const answers = await Promise.all(
          refused.flatMap(({ origins }) => origins).map((one) => isGranted(agent, [one])),
        );
        if (answers.includes(true)) await change(agent, NONE);
      }
    },
  };
}

export type Refusals = ReturnType<typeof createRefusals>;

const sizeOf = (refused: readonly Remembered[]): number => refused.flatMap(({ origins }) => origins).length;

/** Above the maximum, unanswered questions are forgotten first, the oldest before the others; declined ones are kept. */
function limited(refused: readonly Remembered[]): readonly Remembered[] {
  const oldest = sizeOf(refused) > MOST_REFUSED && refused.find(({ reason }) => reason === 'unanswered');
  return oldest ? limited(refused.filter((one) => one !== oldest)) : refused;
}
