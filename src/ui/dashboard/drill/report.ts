import { answerIn, type DrillLine, type DrillReport, isControl, SECTIONS, type Verdict } from '../../../model/drill.ts';
import { say } from '../../words.ts';
import { answerWords, attemptWords, remarkOn, verdictMeaning, verdictWords } from './words.ts';

/** A drill that is over. */
export type FinishedDrill = DrillReport & { readonly verdict: Verdict };

/** The report as Markdown, in the person's language: to be pasted where the server's author reads it. */
export function asMarkdown({ resource, at, verdict, lines }: FinishedDrill, version: string): string {
  return [
    `# ${plain(say('drillReportTitle', resource))}`,
    `**${plain(verdictWords(verdict))}**`,
    plain(verdictMeaning(verdict)),
    [
      row([say('drillTried'), say('drillExpected'), say('drillAnswer'), say('drillOutcome'), say('drillSection')]),
      row(['---', '---', '---', '---', '---']),
      ...lines.map(lineOf),
    ].join('\n'),
    lines.flatMap(changeOf).join('\n'),
    plain(say('drillReportBy', new Date(at).toISOString(), version)),
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}

/** The report for machines: names are those of the drill, in no language. Times are ISO 8601, in UTC. */
export function asJson({ resource, at, verdict, lines }: FinishedDrill, version: string): string {
  const report = {
    holdfast: version,
    ...{ resource, at: new Date(at).toISOString(), verdict },
    lines: lines.map(({ attempt, ...result }) => ({
      attempt,
      section: SECTIONS[attempt],
      expected: isControl(attempt) ? 'accepted' : 'refused',
      ...result,
    })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function lineOf(line: DrillLine): string {
  const { attempt, outcome } = line;
  const answer = answerIn(line);
  const said = answer?.description ? ` ${say('drillQuoted', answer.description)}` : '';
  return row(
    [
      attemptWords(attempt),
      say(isControl(attempt) ? 'drillExpectAccepted' : 'drillExpectRefused'),
      answer ? answerWords(answer) + said : '–',
      say(OUTCOMES[outcome]),
      SECTIONS[attempt],
    ].map(plain),
  );
}

function changeOf(line: DrillLine): string[] {
  const remark = remarkOn(line);
  if (remark === undefined || isControl(line.attempt)) return [];
  return [`- **${plain(attemptWords(line.attempt))}**: ${plain(remark)}`];
}

export const OUTCOMES = {
  refused: 'outcomeRefused',
  accepted: 'outcomeAccepted',
  tolerated: 'outcomeTolerated',
  unclear: 'outcomeUnclear',
  skipped: 'outcomeSkipped',
} as const;

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Text that is to be read as it stands: a server's words are no markup, no link and no new row. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>|#~&!]/g, '\\$&').replace(/\s+/g, ' ');
}
