import type { SessionView } from '../../../messages/ui.ts';
import type { ActivityLine } from '../../../model/activity.ts';

/** Lines that say the same, one after another. */
export interface Moment {
  readonly line: ActivityLine;
  readonly count: number;
  /** Milliseconds since the epoch, of the first and the last of them. */
  readonly from: number;
  readonly to: number;
}

type Subject = Pick<SessionView, 'id' | 'agent' | 'issuer'>;

/**
 * What happened to a session, the newest first; runs of equal lines are one moment.
 *
 * @param lines the activity log, oldest first
 */
export function timelineOf(lines: readonly ActivityLine[], session: Subject): Moment[] {
  const moments: Moment[] = [];
  for (const line of linesOf(lines, session)) {
    const before = moments.at(-1);
    if (before && isSame(before.line, line)) {
      moments[moments.length - 1] = { ...before, count: before.count + 1, to: line.at };
    } else moments.push({ line, count: 1, from: line.at, to: line.at });
  }
  return moments.reverse();
}

/** A session's lines, and the authorization request that led to it: that left before there was a session. */
function linesOf(lines: readonly ActivityLine[], { id, agent, issuer }: Subject): ActivityLine[] {
  const own = lines.filter((line) => line.session === id);
  const begin = own.find(({ kind }) => kind === 'exchanged');
  if (!begin || issuer === undefined) return own;
  const { origin } = new URL(issuer);
  const authorized = lines
    .slice(0, lines.indexOf(begin))
    .findLast(({ kind, agent: by, server }) => kind === 'authorized' && by === agent && server === origin);
  return authorized ? [authorized, ...own] : own;
}

function isSame(a: ActivityLine, b: ActivityLine): boolean {
  return a.kind === b.kind && a.status === b.status && a.code === b.code && a.server === b.server;
}
