import { IDLE_MINUTES, type IdleMinutes } from '../../model/lock.ts';
import { count, say } from '../words.ts';

interface Choice {
  readonly value: IdleMinutes;
  readonly onChoose: (minutes: IdleMinutes) => void;
}

/** How long the person may be away before Holdfast locks itself. */
export function IdleChoice({ value, onChoose }: Choice) {
  return (
    <label class="choice">
      {say('lockIdle')}
      <select
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = IDLE_MINUTES.find((minutes) => String(minutes) === currentTarget.value);
          if (chosen) onChoose(chosen);
        }}
      >
        {[...IDLE_MINUTES]
          .sort((a, b) => a - b)
          .map((minutes) => (
            <option key={minutes} value={minutes}>
              {count('minutes', minutes)}
            </option>
          ))}
      </select>
    </label>
  );
}
