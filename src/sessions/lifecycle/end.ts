import { lineOf } from '../../model/activity.ts';
import { originOf } from '../../model/origin.ts';
import {
  type EndedSession,
  type Ending,
  ended,
  type HeldSession,
  handedOver,
  isLive,
  type LiveSession,
  type SessionId,
} from '../../model/session.ts';
import { codeOf } from '../../protocol/error.ts';
import type { Ports } from '../ports.ts';
import { dropKey } from './needed-keys.ts';

export type EndPorts = Pick<Ports, 'keys' | 'sessions' | 'arming' | 'rules' | 'record' | 'now'>;

/**
 * The one way in which a live session ends: its tokens go with what is saved, then the key of a bound one, where nothing else
 * is bound to it, and the rule that presents its token; with the rule go the proofs that were made ahead. A drill that runs on it ends
 * by itself, because it reads the session before each attempt. The views get the session as it was saved.
 *
 * @param at when it ended, in milliseconds since the epoch; by default now
 */
export async function end(
  ports: EndPorts,
  session: LiveSession,
  ending: Ending,
  at = ports.now(),
): Promise<EndedSession> {
  const { sessions, rules, record, now } = ports;
  const tokens = await sessions.tokens(session.id).catch(ifUnread);
  const over = ended(session, ending, at);
  await sessions.save(over);
  if (session.state === 'bound') await dropKey(ports, session.binding.thumbprint);
  if (tokens) await rules.withdraw(tokens.accessToken);
  const line = lineOf(session, now(), ending.state === 'revoked' ? session.issuer : undefined);
  if (session.state === 'given' && ending.state === 'revoked') {
    record({ ...line, server: originOf(session.resource), kind: 'deleted' });
  } else if (ending.state === 'keyLost') record({ ...line, kind: 'keyLost', code: 'key_lost' });
  else if (ending.state === 'expired') record({ ...line, kind: 'expired' });
  else record({ ...line, kind: 'revoked' });
  return over;
}

/** The person lets the page hold its tokens: a held session is exposed from now on, and Holdfast has nothing of it any more. */
export async function handOver({ sessions, rules, record, now }: EndPorts, session: HeldSession): Promise<void> {
  const tokens = await sessions.tokens(session.id);
  await sessions.save(handedOver(session));
  if (tokens) await rules.withdraw(tokens.accessToken);
  record({ ...lineOf(session, now(), session.resource), kind: 'exposed', code: 'handed_over' });
}

/** Its key or its tokens are gone: it asks to sign in again, and a bound one says why. It never gets another key unseen. */
export async function endWithoutSecrets(ports: EndPorts, session: LiveSession): Promise<void> {
  // Where it was revoked meanwhile, that is why the key is gone.
  const current = await ports.sessions.get(session.id);
  if (!current || !isLive(current)) return;
  await end(ports, session, { state: session.state === 'bound' ? 'keyLost' : 'expired' });
}

/** The vault was given up, and every token in it: what was live asks to sign in again. */
export async function endAllWithoutTokens(ports: EndPorts): Promise<void> {
  for (const session of await ports.sessions.list()) {
    if (isLive(session)) await endWithoutSecrets(ports, session);
  }
}

/** A session's token is presented nowhere any more until it is asked for anew; the proofs that were made ahead go with the rules. */
export async function withdrawTokens({ sessions, rules }: Pick<EndPorts, 'sessions' | 'rules'>, id: SessionId) {
  const tokens = await sessions.tokens(id).catch(ifUnread);
  if (tokens) await rules.withdraw(tokens.accessToken);
}

/** While the vault is locked no rule presents a token; and tokens that cannot be read are not presented either. */
function ifUnread(error: unknown): undefined {
  const code = codeOf(error);
  if (code !== 'locked' && !code.startsWith('storage_')) throw error;
}
