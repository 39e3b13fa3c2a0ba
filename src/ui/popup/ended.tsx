import { type SessionView, stateAt } from '../../messages/ui.ts';
import { useAct } from '../actions/act.ts';
import { NotDone } from '../actions/not-done.tsx';
import { count, say } from '../words.ts';
import { SessionList } from './session-list.tsx';

const OPENED = Date.now();

/** Whether a session had ended when this view opened: what ends before the person's eyes stays where it is. */
const isOver = (session: SessionView): boolean =>
  ['expired', 'revoked', 'keyLost'].includes(stateAt(session, OPENED, false)) &&
  !('endedAt' in session && session.endedAt > OPENED);

/** The sessions that are folded away: those that are over, where there are others. */
export function folded(sessions: readonly SessionView[]): readonly SessionView[] {
  const over = sessions.filter(isOver);
  return over.length < sessions.length ? over : [];
}

/** Sessions that are over, below those that are not. */
export function Ended({ sessions }: { readonly sessions: readonly SessionView[] }) {
  const { failure, run } = useAct();
  return (
    <details class="elsewhere">
      <summary>{count('endedSessions', sessions.length)}</summary>
      <SessionList sessions={sessions} showAgent={false} />
      <button
        type="button"
        class="link"
        onClick={() => {
          for (const { id } of sessions) void run({ kind: 'forget', session: id });
        }}
      >
        {say('clearEnded')}
      </button>
      <NotDone failure={failure} />
    </details>
  );
}
