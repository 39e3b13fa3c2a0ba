import type { Activity } from '../model/activity.ts';
import type { DamagedSession } from '../model/session.ts';
import { codeOf, type ErrorCode } from '../protocol/error.ts';
import type { Changes } from './changes.ts';
import type { ErrorRing } from './errors.ts';
import { createActivityLog } from './store/activity.ts';
import type { Database } from './store/database.ts';
import { createStorageTrouble } from './views/storage-trouble.ts';

interface Parts {
  readonly database: PromiseLike<Database>;
  readonly changes: Changes;
  readonly errors: ErrorRing;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What happened and what went wrong: the activity log, the trouble with storage, and the errors that can be copied. */
export function createJournal({ database, changes, errors, now }: Parts) {
  const trouble = createStorageTrouble((next) => changes.tell('trouble', next));
  const log = createActivityLog(
    database,
    stuck,
    (lines) => changes.tell('activity', lines),
    () => unreadable('line_damaged'),
  );

  changes.on('failed', (error, agent) => {
    errors.keep(error);
    record({ at: now(), kind: 'failed', agent, code: codeOf(error) });
  });
  changes.on('stuck', stuck);
  changes.on('viewFailed', errors.keepOfView);

  function record(line: Activity): void {
    log.record(line);
    trouble.failed(line.code);
  }

  function stuck(error: unknown): void {
    errors.keep(error);
    trouble.failed(codeOf(error));
  }

  /** A record that can be done without was passed over. */
  function unreadable(code: Extract<ErrorCode, 'drill_damaged' | 'line_damaged'>): void {
    record({ at: now(), kind: 'failed', code });
  }

  /** A session's record cannot be read. @param session what is left of it, if anything */
  function damaged(session: DamagedSession | undefined): void {
    const code = session ? 'session_damaged' : 'record_damaged';
    record({ at: now(), kind: 'failed', agent: session?.agent, session: session?.id, code });
  }

  return { record, unreadable, damaged, log, trouble };
}

export type Journal = ReturnType<typeof createJournal>;
