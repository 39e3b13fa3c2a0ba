import type { Ports } from './ports.ts';
import { ended } from './session.ts';

/** The vault was given up, and every token in it: what was bound asks to sign in again, with a new key. */
export async function giveUpTokens({
  keys,
  sessions,
  record,
  now,
}: Pick<Ports, 'keys' | 'sessions' | 'record' | 'now'>): Promise<void> {
  for (const session of await sessions.list()) {
    if (session.state !== 'bound') continue;
    await sessions.save(ended(session, 'keyLost', now()));
    await keys.remove(session.binding.thumbprint);
    record({ at: now(), kind: 'keyLost', agent: session.agent, session: session.id, code: 'key_lost' });
  }
}
