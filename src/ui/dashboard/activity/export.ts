import type { ActivityLine } from '../../../model/activity.ts';

/** What is exported of a line, in this order; whatever else a line might hold stays here. */
const MEMBERS = ['at', 'kind', 'agent', 'session', 'server', 'status', 'code'] as const;

type Exported = Readonly<Partial<Record<(typeof MEMBERS)[number], string | number>>>;

/** Lines as JSON. Times are ISO 8601, in UTC. */
export function asJson(lines: readonly ActivityLine[]): string {
  return `${JSON.stringify(lines.map(exported), undefined, 2)}\n`;
}

/** Lines as CSV, with a header line (RFC 4180). */
export function asCsv(lines: readonly ActivityLine[]): string {
  const rows = lines.map((line) => {
    const values = exported(line);
    return MEMBERS.map((member) => cell(values[member])).join(',');
  });
  return [MEMBERS.join(','), ...rows, ''].join('\r\n');
}

function exported({ at, kind, agent, session, server, status, code }: ActivityLine): Exported {
  return {
    ...{ at: new Date(at).toISOString(), kind },
    ...(agent !== undefined && { agent }),
    ...(session !== undefined && { session }),
    ...(server !== undefined && { server }),
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
  };
}

/** What a spreadsheet would take for a formula is kept from being one by an apostrophe: codes are servers' words. */
function cell(value: string | number | undefined): string {
  if (value === undefined || typeof value === 'number') return String(value ?? '');
  const text = /^[\s\p{Cc}]*[=+\-@]|^[\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
