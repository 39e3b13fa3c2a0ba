import type { Origin } from '../../model/origin.ts';
import type { SessionId } from '../../model/session.ts';
import type { SessionStore } from '../ports.ts';

/** Takes a session that is over off the list. @returns whose it was */
export async function forget(sessions: SessionStore, id: SessionId): Promise<Origin | undefined> {
  const session = await sessions.get(id);
  await sessions.remove(id);
  return session?.agent;
}
