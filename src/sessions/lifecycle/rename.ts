import type { SessionId } from '../../model/session.ts';
import type { SessionStore } from '../ports.ts';
import type { LiveSessions } from './live-session.ts';

/** Another name for a live session: what the person calls it; the empty text takes it away. */
export function createRename({ sessions }: { readonly sessions: Pick<SessionStore, 'save'> }, live: LiveSessions) {
  return (id: SessionId, name: string): Promise<'done' | 'over'> =>
    live.inTurn(id, async (session): Promise<'done'> => {
      if (session.state === 'given') await sessions.save({ ...session, name });
      else {
        const { nickname: _, ...nameless } = session;
        await sessions.save(name === '' ? nameless : { ...nameless, nickname: name });
      }
      return 'done';
    });
}
