import { useSignal } from '@preact/signals';
import { ATTEMPTS, type DrillReport } from '../../../model/drill.ts';
import { figure, say } from '../../words.ts';
import { attemptWords } from './words.ts';

/** How far a drill has come, and the way to end it. */
export function Progress({ report, onStop }: { readonly report: DrillReport; readonly onStop: () => void }) {
  const isStopping = useSignal(false);
  const done = report.lines.length;
  const attempt = ATTEMPTS[done];
  return (
    <div class="progress">
      <progress max={ATTEMPTS.length} value={done} aria-label={say('drillTitle')} />
      <p role="status">
        {attempt && say('drillProgress', figure(done + 1), figure(ATTEMPTS.length), attemptWords(attempt))}
      </p>
      <button
        type="button"
        disabled={isStopping.value}
        onClick={() => {
          isStopping.value = true;
          onStop();
        }}
      >
        {say(isStopping.value ? 'drillStopping' : 'drillStop')}
      </button>
    </div>
  );
}
