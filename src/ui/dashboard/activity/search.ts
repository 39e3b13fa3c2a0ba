import type { ActivityLine } from '../../../model/activity.ts';
import { finderOf } from '../../finder.ts';
import { type ActivityQuery, PERIODS } from '../address/activity-query.ts';

/**
 * The lines that a query asks for, newest first.
 *
 * @param lines the activity log, oldest first
 * @param now milliseconds since the epoch
 * @param sentenceOf what people read of a line
 */
export function search(
  lines: readonly ActivityLine[],
  query: ActivityQuery,
  now: number,
  sentenceOf: (line: ActivityLine) => string,
): ActivityLine[] {
  const { kind, agent, session, server, period } = query;
  const since = period === undefined ? 0 : now - PERIODS[period];
  const finds = finderOf(query.text);
  const found = lines.filter(
    (line) =>
      line.at >= since &&
      (kind === undefined || line.kind === kind) &&
      (agent === undefined || line.agent === agent) &&
      (session === undefined || line.session === session) &&
      (server === undefined || line.server === server) &&
      (query.text.trim() === '' || finds(line.kind, line.agent, line.server, line.status, line.code, sentenceOf(line))),
  );
  return found.reverse();
}

/** The values that lines can be chosen by, each once and sorted. */
export function valuesOf(lines: readonly ActivityLine[], member: 'agent' | 'server'): string[] {
  return [...new Set(lines.flatMap((line) => line[member] ?? []))].sort();
}
