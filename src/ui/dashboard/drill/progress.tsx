import { useSignal } from '@preact/signals';
import { ATTEMPTS, type DrillReport } from '../../../model/drill.ts';
import { useAct } from '../../actions/act.ts';
import { NotDone } from '../../actions/not-done.tsx';
import { figure, say } from '../../words.ts';
import { attemptWords } from './words.ts';

/** How far a drill has come, and the way to end it. */
export function Progress({ report }: { readonly report: DrillReport }) {
  const isStopping = useSignal(false);
  const { failure, run } = useAct();
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
        onClick={async () => {
          isStopping.value = true;
          isStopping.value = await run({ kind: 'stopDrill', session: report.session });
        }}
      >
        {say(isStopping.value ? 'drillStopping' : 'drillStop')}
      </button>
      <NotDone failure={failure} />
    </div>
  );
}
