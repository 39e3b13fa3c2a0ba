import type { DrillOutcome, expectedOf, Level } from '../../../model/drill.ts';
import { Icon, type IconName } from '../../icons.tsx';
import { say } from '../../words.ts';
import { OUTCOMES } from './report.ts';

interface Props {
  /** Undefined while it is still to come. */
  readonly outcome: DrillOutcome | undefined;
  readonly expected: ReturnType<typeof expectedOf>;
  /** Undefined for the session's own requests. */
  readonly level: Level | undefined;
  /** It is tried at this moment. */
  readonly isNow: boolean;
}

/** What came of an attempt: a drawing that says whether it is as it should be, and the word. */
export function Outcome({ outcome, expected, level, isNow }: Props) {
  if (!outcome) return <span class="quiet">{say(isNow ? 'outcomeTrying' : 'outcomeWaiting')}</span>;
  const look = lookOf(outcome, expected, level);
  return (
    <span class={`outcome outcome-${look}`}>
      <Icon name={ICONS[look]} />
      {say(OUTCOMES[outcome])}
    </span>
  );
}

type Look = 'right' | 'wrong' | 'advice' | 'open' | 'none';

function lookOf(outcome: DrillOutcome, expected: Props['expected'], level: Props['level']): Look {
  if (outcome === expected) return 'right';
  switch (outcome) {
    case 'accepted':
    case 'repeated':
      return level === 'must' ? 'wrong' : 'advice';
    case 'refused':
    case 'notRepeated':
    case 'tolerated':
    case 'unclear':
      return 'open';
    case 'skipped':
      return 'none';
  }
}

const ICONS = {
  right: 'check',
  wrong: 'cross',
  advice: 'warning',
  open: 'question',
  none: 'dash',
} as const satisfies Record<Look, IconName>;
