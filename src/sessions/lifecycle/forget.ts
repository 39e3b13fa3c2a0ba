import type { Origin } from '../../model/origin.ts';
import type { SessionId } from '../../model/session.ts';
import type { SessionStore } from '../ports.ts';

/** Removes an ended session from the list. @returns its agent */
export async function forget(sessions: SessionStore, id: SessionId): Promise<Origin | undefined> {
  const session = await sessions.get(id);
  await sessions.remove(id);
  return session?.agent;
}
