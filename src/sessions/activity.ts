import type { ActivityLine } from '../model/activity.ts';
import type { Origin, SessionId } from '../model/session.ts';

/** One line of the activity log, before it is written. */
export interface Activity extends ActivityLine {
  readonly agent?: Origin | undefined;
  readonly session?: SessionId | undefined;
}
