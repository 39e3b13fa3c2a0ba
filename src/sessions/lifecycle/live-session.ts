import { isLive, type LiveSession, type SessionId } from '../../model/session.ts';
import { createKeyedLock } from '../../structures/keyed-lock.ts';
import type { Ports } from '../ports.ts';

type Task<T> = (session: LiveSession) => Promise<T>;

/**
 * The ways to work on a live session. Each reads it anew when its turn has come: it may have ended meanwhile, and then the
 * answer is `over`. Where the vault stays locked it is `locked`. The vault is opened first and the turn is taken then, so
 * that nobody holds a turn while a person is asked; a task must not open the vault again.
 */
export function createLiveSessions({ sessions, lock }: Pick<Ports, 'sessions' | 'lock'>) {
  const turnOf = createKeyedLock();

  /** What changes a session without its secrets: one such task at a time. */
  function inTurn<T>(id: SessionId, task: Task<T>): Promise<T | 'over'> {
    return turnOf(id, () => current(id, task));
  }

  /** What uses its secrets and does not change it: side by side with others. */
  async function unlocked<T>({ id, agent }: LiveSession, task: Task<T>): Promise<T | 'over' | 'locked'> {
    return (await lock.open(agent, () => current(id, task))) ?? 'locked';
  }

  /** What changes its secrets: one such task at a time. */
  async function unlockedInTurn<T>({ id, agent }: LiveSession, task: Task<T>): Promise<T | 'over' | 'locked'> {
    return (await lock.open(agent, () => inTurn(id, task))) ?? 'locked';
  }

  async function current<T>(id: SessionId, task: Task<T>): Promise<T | 'over'> {
    const session = await sessions.get(id);
    return session && isLive(session) ? task(session) : 'over';
  }

  return { inTurn, unlocked, unlockedInTurn };
}

export type LiveSessions = ReturnType<typeof createLiveSessions>;
