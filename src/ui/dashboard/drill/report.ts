import {
  answerIn,
  type DrillAnswer,
  type DrillLine,
  type DrillReport,
  expectedOf,
  levelOf,
  SECTIONS,
  type Verdict,
} from '../../../model/drill.ts';
import { code, codeInTable } from '../../copy/markdown.ts';
import { say } from '../../words.ts';
import {
  answerWords,
  attemptWords,
  expectedWords,
  remarkOn,
  repetitionWords,
  tallyWords,
  verdictMeaning,
  verdictWords,
  worstFirst,
} from './words.ts';

/** A drill that is over. */
export type FinishedDrill = DrillReport & { readonly verdict: Verdict };

/** The report as Markdown, in the person's language, failures first: to be pasted where the server's author reads it. */
export function asMarkdown({ resource, at, verdict, lines }: FinishedDrill, version: string): string {
  const sorted = worstFirst(lines);
  return [
    `# ${say('drillReportTitle', code(resource))}`,
    `**${plain(verdictWords(verdict))}** (${plain(tallyWords(lines))})`,
    plain([verdictMeaning(verdict), repetitionWords(lines)].filter(Boolean).join(' ')),
    [
      row([say('drillTried'), say('drillExpected'), say('drillAnswer'), say('drillOutcome'), say('drillSection')]),
      row(['---', '---', '---', '---', '---']),
      ...sorted.map(lineOf),
    ].join('\n'),
    sorted.flatMap(changeOf).join('\n'),
    plain(say('drillReportBy', new Date(at).toISOString(), version)),
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}

/** The report for machines: names are those of the drill, in no language, and lines in its order. Times are ISO 8601, in UTC. */
export function asJson({ resource, at, verdict, lines }: FinishedDrill, version: string): string {
  const report = {
    holdfast: version,
    ...{ resource, at: new Date(at).toISOString(), verdict },
    lines: lines.map(({ attempt, ...result }) => ({
      attempt,
      section: SECTIONS[attempt],
      expected: expectedOf(attempt),
      level: levelOf(attempt),
      ...result,
    })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function lineOf(line: DrillLine): string {
  const { attempt, outcome } = line;
  const answer = answerIn(line);
  return row([
    plain(attemptWords(attempt)),
    plain(expectedWords(attempt)),
    answer ? saidIn(answer) : '–',
    plain(say(OUTCOMES[outcome])),
    plain(SECTIONS[attempt]),
  ]);
}

/** A server's words are code: no autolink and no mention of them stays live. */
function saidIn({ status, error, description }: DrillAnswer): string {
  const words = [error, description].flatMap((said) => (said === undefined ? [] : [codeInTable(said)]));
  return [plain(answerWords({ status })), ...words].join(' ');
}

function changeOf(line: DrillLine): string[] {
  const remark = remarkOn(line);
  if (remark === undefined || expectedOf(line.attempt) === 'accepted') return [];
  return [`- **${plain(attemptWords(line.attempt))}**: ${plain(remark)}`];
}

export const OUTCOMES = {
  refused: 'outcomeRefused',
  accepted: 'outcomeAccepted',
  tolerated: 'outcomeTolerated',
  unclear: 'outcomeUnclear',
  skipped: 'outcomeSkipped',
  repeated: 'outcomeRepeated',
  notRepeated: 'outcomeNotRepeated',
} as const;

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Holdfast's own text, to be read as it stands. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>|#~&!]/g, '\\$&').replace(/\s+/g, ' ');
}
