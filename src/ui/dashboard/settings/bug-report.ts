import type { Diagnostics } from '../../../model/diagnostics.ts';

interface Versions {
  readonly holdfast: string;
  /** The browser's user agent string. */
  readonly browser: string;
}

/** Diagnostics as Markdown, for an issue at Holdfast's tracker: in English, whoever copies it. */
export function bugReport(diagnostics: Diagnostics, versions: Versions): string {
  const { startedAt, trouble, sessions, sites, questions, errors } = diagnostics;
  const states = Object.entries(sessions ?? {}).map(([state, number]) => `${number} ${state}`);
  const facts = {
    Holdfast: versions.holdfast,
    Browser: versions.browser,
    'Worker started': time(startedAt),
    Storage: trouble ?? 'no trouble',
    Sessions: sessions ? states.join(', ') || 0 : 'unreadable',
    'Protected sites': sites ?? 'unreadable',
    'Open questions': questions,
    Errors: errors.length,
  };
  const lines = Object.entries(facts).map(([name, value]) => `- **${name}:** ${value}`);
  const kept = errors.flatMap(({ at, code, name, places }) => [
    `${time(at)} ${code} ${name}`,
    ...places.map((place) => `    at ${place}`),
  ]);
  return ['## Holdfast diagnostics', '', ...lines, ...(errors.length > 0 ? ['', '```', ...kept, '```'] : []), ''].join(
    '\n',
  );
}

const time = (at: number): string => new Date(at).toISOString();
