import type { ActNumber } from '../settings.ts';

/** What has really happened, as far as the stage can see. */
export interface Seen {
  readonly isSignedIn: boolean;
  /** What a thief would find in the page: tokens that open doors, or what opens none without Holdfast. */
  readonly holds: 'nothing' | 'tokens' | 'handles';
  /** Whether such tokens are stored: what was only overheard goes when the page is loaded again. */
  readonly keepsTokens: boolean;
  /** Whether the person has protected the site. In a browser of one's own nobody tells the stage. */
  readonly isProtected: boolean;
  /** Whether Holdfast is in the page: it is when the page was loaded after that. */
  readonly isInPage: boolean;
  /** How far the thief has come in this act. */
  readonly loot: 'none' | 'taken' | 'tried';
  readonly hasDashboard: boolean;
  readonly hasDrilled: boolean;
  readonly hasWeakened: boolean;
}

/** The clicks of the play. */
export type StepName = 'signIn' | 'steal' | 'try' | 'signOut' | 'protect' | 'reload' | 'dashboard' | 'drill' | 'weaken';

/** What keeps an act from proving its point. */
type Obstacle = 'alreadyProtected' | 'notProtected' | 'otherTokens';

export interface Step {
  readonly name: StepName;
  readonly isDone: boolean;
}

/** Where an act is. */
export interface Progress {
  readonly steps: readonly Step[];
  /** The click that comes next; undefined when the act is over, or cannot go on. */
  readonly next: StepName | undefined;
  readonly obstacle: Obstacle | undefined;
  /** Whether the theft proves what the act is about. */
  readonly maySteal: boolean;
}

const STOLEN = (seen: Seen): readonly Step[] => [
  { name: 'steal', isDone: seen.loot !== 'none' },
  { name: 'try', isDone: seen.loot === 'tried' },
];

const STEPS: Readonly<Record<ActNumber, (seen: Seen) => readonly Step[]>> = {
  1: (seen) => [{ name: 'signIn', isDone: seen.isSignedIn || seen.loot !== 'none' }, ...STOLEN(seen)],
  2: (seen) => [
    { name: 'signOut', isDone: !seen.keepsTokens },
    { name: 'protect', isDone: seen.isProtected || seen.isInPage },
    { name: 'reload', isDone: seen.isInPage },
    { name: 'signIn', isDone: seen.isSignedIn && seen.holds === 'handles' },
    ...STOLEN(seen),
  ],
  3: (seen) => [
    { name: 'dashboard', isDone: seen.hasDashboard || seen.hasDrilled },
    { name: 'drill', isDone: seen.hasDrilled },
    { name: 'weaken', isDone: seen.hasDrilled && seen.hasWeakened },
  ],
};

/** Where an act is: each step is done when that was seen, and the first that is not comes next. */
export function progressOf(act: ActNumber, seen: Seen): Progress {
  const steps = STEPS[act](seen);
  const obstacle = obstacleOf(act, seen);
  const next = obstacle ? undefined : steps.find(({ isDone }) => !isDone)?.name;
  const holds = act === 1 ? 'tokens' : 'handles';
  return { steps, next, obstacle, maySteal: seen.isSignedIn && seen.holds === holds && !obstacle };
}

function obstacleOf(
  act: ActNumber,
  { holds, keepsTokens, isSignedIn, isInPage, loot, hasDrilled }: Seen,
): Obstacle | undefined {
  if (act === 1) return loot === 'none' && (holds === 'handles' || isInPage) ? 'alreadyProtected' : undefined;
  if (act === 2) return keepsTokens && !isSignedIn ? 'otherTokens' : undefined;
  return (isSignedIn && holds === 'handles') || hasDrilled ? undefined : 'notProtected';
}
