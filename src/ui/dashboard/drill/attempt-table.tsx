import {
  ATTEMPTS,
  type Attempt,
  answerIn,
  type DrillLine,
  expectedOf,
  levelOf,
  SECTIONS,
} from '../../../model/drill.ts';
import { SectionLink } from '../../proof/section-link.tsx';
import { say } from '../../words.ts';
import { Outcome } from './outcome.tsx';
import { answerWords, attemptWords, expectedWords, remarkOn, worstFirst } from './words.ts';

interface Props {
  readonly lines: readonly DrillLine[];
  readonly stage: 'before' | 'running' | 'over';
}

/** What was tried, what the standard says of it, and what came. What is still to come stands there too; afterwards failures come first. */
export function AttemptTable({ lines: made, stage }: Props) {
  const lines = stage === 'over' ? worstFirst(made) : made;
  const attempts = stage === 'over' ? lines.map(({ attempt }) => attempt) : ATTEMPTS;
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
          <Line
            key={attempt}
            attempt={attempt}
            line={lines[index]}
            isNow={stage === 'running' && index === lines.length}
          />
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
  const remark = line && remarkOn(line);
  const answer = line && answerIn(line);
  return (
    <tr class={line ? undefined : 'to-come'}>
      <th scope="row">
        {attemptWords(attempt)}
        {remark && <p class="remark">{remark}</p>}
      </th>
      <td class="quiet">{expectedWords(attempt)}</td>
      <td>
        <Outcome outcome={line?.outcome} expected={expectedOf(attempt)} level={levelOf(attempt)} isNow={isNow} />
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
