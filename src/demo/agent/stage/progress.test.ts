import { describe, expect, test, vi } from 'vitest';
import { progressOf, type Seen, type StepName } from './progress.ts';

const START: Seen = {
  ...{ isSignedIn: false, holds: 'nothing', keepsTokens: false, isProtected: false },
  ...{ isInPage: false, loot: 'none' },
  ...{ hasDashboard: false, hasDrilled: false, hasWeakened: false },
};
const ACT_1_OVER: Seen = { ...START, isSignedIn: true, holds: 'tokens', keepsTokens: true };

/** Does what comes next, again and again. @returns the clicks, and whether the theft was possible when it came */
function follow(act: 1 | 2 | 3, from: Seen, does: Partial<Record<StepName, Partial<Seen>>>): StepName[] {
  const clicks: StepName[] = [];
  let seen = from;
  for (;;) {
    const { next, maySteal, steps } = progressOf(act, seen);
    if (next === undefined) {
      expect(steps.every(({ isDone }) => isDone)).toBe(true);
      return clicks;
    }
    if (next === 'steal') expect(maySteal).toBe(true);
    clicks.push(next);
    seen = { ...seen, ...does[next] };
    expect(clicks.length).toBeLessThan(10);
  }
}

describe('whoever clicks what comes next', () => {
  test('is robbed in act 1', () => {
    const does = {
      signIn: { isSignedIn: true, holds: 'tokens' },
      steal: { loot: 'taken' },
      try: { loot: 'tried' },
    } as const;
    expect(follow(1, START, does)).toEqual(['signIn', 'steal', 'try']);
  });

  test('goes out, protects and reloads before the theft of act 2', () => {
    const does = {
      signOut: { isSignedIn: false, keepsTokens: false }, // the header was overheard
      protect: { isProtected: true },
      reload: { isInPage: true, holds: 'nothing' },
      signIn: { isSignedIn: true, holds: 'handles' },
      steal: { loot: 'taken' },
      try: { loot: 'tried' },
    } as const;
    expect(follow(2, ACT_1_OVER, does)).toEqual(['signOut', 'protect', 'reload', 'signIn', 'steal', 'try']);
    // In a browser of one's own nobody says that the site is protected.
    const untold = { ...does, protect: {}, reload: {} };
    expect(progressOf(2, { ...START, ...untold.signOut }).next).toBe('protect');
    expect(progressOf(2, { ...START, isInPage: true }).next).toBe('signIn');
  });

  test('drills the server as it is before it is weakened in act 3', () => {
    const does = { dashboard: { hasDashboard: true }, drill: { hasDrilled: true }, weaken: { hasWeakened: true } };
    const from: Seen = { ...START, isSignedIn: true, holds: 'handles', isInPage: true };
    expect(follow(3, from, does)).toEqual(['dashboard', 'drill', 'weaken']);
  });
});

describe('no theft proves the opposite', () => {
  test('of act 2 with the tokens of act 1, and of act 1 with handles', () => {
    expect(progressOf(2, ACT_1_OVER)).toMatchObject({ next: 'signOut', maySteal: false });
    expect(progressOf(2, { ...ACT_1_OVER, isInPage: true }).maySteal).toBe(false);
    const kept: Seen = { ...START, isSignedIn: true, isInPage: true, holds: 'handles' };
    expect(progressOf(1, kept)).toMatchObject({ next: undefined, obstacle: 'alreadyProtected', maySteal: false });
  });

  test('with tokens that a sign-in elsewhere has left', () => {
    const left: Seen = { ...START, isInPage: true, holds: 'tokens', keepsTokens: true };
    expect(progressOf(2, left)).toMatchObject({ obstacle: 'otherTokens', maySteal: false });
  });

  test('and no drill is asked for where nothing is protected', () => {
    const elsewhere: Seen = { ...START, isInPage: true, holds: 'handles' };
    for (const seen of [ACT_1_OVER, elsewhere])
      expect(progressOf(3, seen)).toMatchObject({ obstacle: 'notProtected', next: undefined });
  });
});

test('whoever has told Holdfast “Not now” hears the way back, and not only to sign out and in again', async () => {
  vi.stubGlobal('navigator', { language: 'en' });
  const { cueOf } = await import('./program.ts');
  const declined: Seen = { ...ACT_1_OVER, isProtected: true, isInPage: true };
  expect(cueOf(2, 'dpop', progressOf(2, declined))).toContain('click “Allow the servers” in the popup');
  expect(cueOf(2, 'dpop', progressOf(2, ACT_1_OVER))).not.toContain('Allow the servers');
  expect(progressOf(2, declined).next).toBe('signOut');
});
