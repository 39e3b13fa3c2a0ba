import { ATTEMPTS, type Attempt, answerIn, type DrillLine, isControl, SECTIONS } from '../../../model/drill.ts';
import { SectionLink } from '../../proof/section-link.tsx';
import { say } from '../../words.ts';
import { Outcome } from './outcome.tsx';
import { answerWords, attemptWords, remarkOn } from './words.ts';

interface Props {
  readonly lines: readonly DrillLine[];
  readonly isRunning: boolean;
}

/** What was tried, what had to come of it, and what came. While the drill runs, what is still to come stands there too. */
export function AttemptTable({ lines, isRunning }: Props) {
  const attempts = isRunning ? ATTEMPTS : lines.map(({ attempt }) => attempt);
  return (
    <table class="plain attempts" aria-label={say('drillLines')}>
      <thead>
        <tr>
          <th scope="col">{say('drillTried')}</th>
          <th scope="col">{say('drillExpected')}</th>
          <th scope="col">{say('drillOutcome')}</th>
          <th scope="col">{say('drillAnswer')}</th>
          <th scope="col">{say('drillSection')}</th>
        </tr>
      </thead>
      <tbody>
        {attempts.map((attempt, index) => (
          <Line key={attempt} attempt={attempt} line={lines[index]} isNow={index === lines.length} />
        ))}
      </tbody>
    </table>
  );
}

interface LineProps {
  readonly attempt: Attempt;
  /** Undefined while it is still to come. */
  readonly line: DrillLine | undefined;
  readonly isNow: boolean;
}

function Line({ attempt, line, isNow }: LineProps) {
  const isOwn = isControl(attempt);
  const remark = line && remarkOn(line);
  const answer = line && answerIn(line);
  return (
    <tr class={line ? undefined : 'to-come'}>
      <th scope="row">
        {attemptWords(attempt)}
        {remark && <p class="remark">{remark}</p>}
      </th>
      <td class="quiet">{say(isOwn ? 'drillExpectAccepted' : 'drillExpectRefused')}</td>
      <td>
        <Outcome outcome={line?.outcome} isOwn={isOwn} isNow={isNow} />
      </td>
      <td>
        {answer && <code>{answerWords(answer)}</code>}
        {answer?.description && <q>{answer.description}</q>}
      </td>
      <td>
        <SectionLink section={SECTIONS[attempt]} />
      </td>
    </tr>
  );
}
