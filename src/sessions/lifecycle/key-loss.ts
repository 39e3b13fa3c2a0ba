import { type BoundSession, ended } from '../../model/session.ts';
import type { Ports } from '../ports.ts';

/** The key of a session is gone, or its tokens are: it says so and asks to sign in again. It never gets another key unseen. */
export async function loseKey(
  { sessions, record, now }: Pick<Ports, 'sessions' | 'record' | 'now'>,
  session: BoundSession,
): Promise<void> {
  // Where it was revoked meanwhile, that is why the key is gone.
  if ((await sessions.get(session.id))?.state !== 'bound') return;
  await sessions.save(ended(session, 'keyLost', now()));
  record({ at: now(), kind: 'keyLost', agent: session.agent, session: session.id, code: 'key_lost' });
}
