import type { Ask } from '../../messages/ui.ts';
import type { Diagnostics } from '../../model/diagnostics.ts';
import type { Session, SessionState } from '../../model/session.ts';
import type { ErrorRing } from '../errors.ts';
import type { Protection } from '../sites/protection.ts';
import type { StorageTrouble } from './storage-trouble.ts';

interface Parts {
  readonly errors: Pick<ErrorRing, 'list'>;
  readonly trouble: Pick<StorageTrouble, 'now'>;
  readonly sessions: { readonly list: () => Promise<readonly Session[]> };
  readonly protection: Pick<Protection, 'list'>;
  readonly asks: () => readonly Ask[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How Holdfast stands, for a bug report. Made when the worker starts. */
export function createDiagnostics({ errors, trouble, sessions, protection, asks, now }: Parts) {
  const startedAt = now();

  return async (): Promise<Diagnostics> => {
    // Broken storage is what a report may be about: all else is told then.
    const [states, sites] = await Promise.all([
      sessions.list().then(byState, () => undefined),
      protection.list().then(
        ({ length }) => length,
        () => undefined,
      ),
    ]);
    return {
      ...{ startedAt, trouble: trouble.now, sessions: states, sites },
      ...{ questions: asks().length, errors: await errors.list() },
    };
  };
}

function byState(sessions: readonly Session[]): Partial<Record<SessionState, number>> {
  const counts: Partial<Record<SessionState, number>> = {};
  for (const { state } of sessions) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
