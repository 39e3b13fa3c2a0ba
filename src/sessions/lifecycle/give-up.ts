import type { Ports } from '../ports.ts';
import { loseKey } from './key-loss.ts';
import { dropKey } from './needed-keys.ts';

/** The vault was given up, and every token in it: what was bound asks to sign in again, with a new key. */
export async function giveUpTokens(
  ports: Pick<Ports, 'keys' | 'sessions' | 'arming' | 'record' | 'now'>,
): Promise<void> {
  for (const session of await ports.sessions.list()) {
    if (session.state !== 'bound') continue;
    await loseKey(ports, session);
    await dropKey(ports, session.binding.thumbprint);
  }
}
