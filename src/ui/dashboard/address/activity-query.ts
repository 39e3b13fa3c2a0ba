import type { ActivityKind } from '../../../model/activity.ts';

/** How far back lines are shown, in milliseconds. */
export const PERIODS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;
export type Period = keyof typeof PERIODS;

/** Which lines of the activity log are shown. */
export interface ActivityQuery {
  readonly kind?: ActivityKind | undefined;
  readonly agent?: string | undefined;
  readonly session?: string | undefined;
  readonly server?: string | undefined;
  readonly period?: Period | undefined;
  readonly text: string;
}

export const EVERY_LINE: ActivityQuery = { text: '' };
