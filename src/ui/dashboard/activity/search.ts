import type { ActivityLine } from '../../../model/activity.ts';
import { type ActivityQuery, PERIODS } from '../address/activity-query.ts';

/**
 * The lines that a query asks for, newest first.
 *
 * @param lines the activity log, oldest first
 * @param now milliseconds since the epoch
 */
export function search(lines: readonly ActivityLine[], query: ActivityQuery, now: number): ActivityLine[] {
  const { kind, agent, session, server, period } = query;
  const since = period === undefined ? 0 : now - PERIODS[period];
  const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = lines.filter(
    (line) =>
      line.at >= since &&
      (kind === undefined || line.kind === kind) &&
      (agent === undefined || line.agent === agent) &&
      (session === undefined || line.session === session) &&
      (server === undefined || line.server === server) &&
      (words.length === 0 || contains(line, words)),
  );
  return found.reverse();
}

function contains({ kind, agent, server, status, code }: ActivityLine, words: string[]): boolean {
  const text = [kind, agent, server, status, code].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The values that lines can be chosen by, each once and sorted. */
export function valuesOf(lines: readonly ActivityLine[], member: 'agent' | 'server'): string[] {
  return [...new Set(lines.flatMap((line) => line[member] ?? []))].sort();
}
