import type { DrillOutcome } from '../../../model/drill.ts';
import { say } from '../../words.ts';
import { OUTCOMES } from './report.ts';

interface Props {
  /** Undefined while it is still to come. */
  readonly outcome: DrillOutcome | undefined;
  /** The session's own request: it has to be let in. */
  readonly isOwn: boolean;
  /** It is tried at this moment. */
  readonly isNow: boolean;
}

/** What came of an attempt: a drawing that says whether it is as it should be, and the word. */
export function Outcome({ outcome, isOwn, isNow }: Props) {
  if (!outcome) return <span class="quiet">{say(isNow ? 'outcomeTrying' : 'outcomeWaiting')}</span>;
  const look = lookOf(outcome, isOwn);
  return (
    <span class={`outcome outcome-${look}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={DRAWINGS[look]} />
      </svg>
      {say(OUTCOMES[outcome])}
    </span>
  );
}

type Look = 'right' | 'wrong' | 'open' | 'none';

function lookOf(outcome: DrillOutcome, isOwn: boolean): Look {
  switch (outcome) {
    case 'accepted':
      return isOwn ? 'right' : 'wrong';
    case 'refused':
      return isOwn ? 'open' : 'right';
    case 'tolerated':
    case 'unclear':
      return 'open';
    case 'skipped':
      return 'none';
  }
}

const DRAWINGS: Readonly<Record<Look, string>> = {
  right: 'M3 8.5l3 3 7-7',
  wrong: 'M4 4l8 8M12 4l-8 8',
  open: 'M6 6a2 2 0 1 1 2 2v1.5M8 12v.1',
  none: 'M4 8h8',
};
