import { lineOf } from '../../model/activity.ts';
import { type BoundSession, type EndedSession, type Ending, ended } from '../../model/session.ts';
import { codeOf } from '../../protocol/error.ts';
import type { Ports } from '../ports.ts';
import { dropKey } from './needed-keys.ts';

export type EndPorts = Pick<Ports, 'keys' | 'sessions' | 'arming' | 'rules' | 'record' | 'now'>;

/**
 * The one way in which a bound session ends: its tokens go with what is saved, then its key, where nothing else is bound to
 * it, and the rule that presents its token; with the rule go the proofs that were made ahead. A drill that runs on it ends
 * by itself, because it reads the session before each attempt. The views get the session as it was saved.
 *
 * @param at when it ended, in milliseconds since the epoch; by default now
 */
export async function end(
  ports: EndPorts,
  session: BoundSession,
  ending: Ending,
  at = ports.now(),
): Promise<EndedSession> {
  const { sessions, rules, record, now } = ports;
  const tokens = await sessions.tokens(session.id).catch(ifUnread);
  const over = ended(session, ending, at);
  await sessions.save(over);
  await dropKey(ports, session.binding.thumbprint);
  if (tokens) await rules.withdraw(tokens.accessToken);
  const line = lineOf(session, now(), ending.state === 'revoked' ? session.issuer : undefined);
  if (ending.state === 'keyLost') record({ ...line, kind: 'keyLost', code: 'key_lost' });
  else if (ending.state === 'expired') record({ ...line, kind: 'expired' });
  else record({ ...line, kind: 'revoked' });
  return over;
}

/** Its key or its tokens are gone: it says so and asks to sign in again. It never gets another key unseen. */
export async function endWithoutKey(ports: EndPorts, session: BoundSession): Promise<void> {
  // Where it was revoked meanwhile, that is why the key is gone.
  if ((await ports.sessions.get(session.id))?.state === 'bound') await end(ports, session, { state: 'keyLost' });
}

/** The vault was given up, and every token in it: what was bound asks to sign in again, with a new key. */
export async function endAllWithoutTokens(ports: EndPorts): Promise<void> {
  for (const session of await ports.sessions.list()) {
    if (session.state === 'bound') await endWithoutKey(ports, session);
  }
}

/** While the vault is locked no rule presents a token; and tokens that cannot be read are not presented either. */
function ifUnread(error: unknown): undefined {
  const code = codeOf(error);
  if (code !== 'locked' && !code.startsWith('storage_')) throw error;
}
