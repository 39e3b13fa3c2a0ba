import type { DrillOutcome } from '../../../model/drill.ts';
import { Icon, type IconName } from '../../icons.tsx';
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
      <Icon name={ICONS[look]} />
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

const ICONS = { right: 'check', wrong: 'cross', open: 'question', none: 'dash' } as const satisfies Record<
  Look,
  IconName
>;
