import { type BoundSession, ended, type SessionId } from '../../model/session.ts';
import { HoldfastError } from '../../protocol/error.ts';
import type { Serial } from '../../structures/keyed-lock.ts';
import { dropKey } from '../lifecycle/needed-keys.ts';
import type { Ports } from '../ports.ts';

/** Rotating a key: the old one signs until its last token is gone, and the agent's next sign-in makes a new one. */
export function createRotation(
  ports: Pick<Ports, 'keys' | 'sessions' | 'arming' | 'lock' | 'record' | 'now'>,
  ofSession: Serial,
) {
  const { sessions, lock, record, now } = ports;

  /**
   * Gives up the refresh token of a session; what is left of it ends with its access token.
   *
   * @throws HoldfastError `session_ended` when it is not bound any more, `locked` when the vault stayed locked
   */
  async function retire(id: SessionId): Promise<void> {
    const session = await sessions.get(id);
    if (session?.state !== 'bound') throw hasEnded();
    const done = await lock.open(session.agent, () => ofSession(id, () => giveUpRefreshing(id)));
    if (!done) throw new HoldfastError('locked', 'The vault stayed locked');
  }

  async function giveUpRefreshing(id: SessionId): Promise<true> {
    const session = await sessions.get(id);
    const tokens = await sessions.tokens(id);
    if (session?.state !== 'bound' || !tokens) throw hasEnded();
    if (session.retiring) return true;
    const { accessToken } = tokens;
    if (isOver(session)) {
      await sessions.save(ended(session, 'expired', now()));
      await dropKey(ports, session.binding.thumbprint);
    } else {
      await sessions.save({ ...session, retiring: true }, { accessToken });
    }
    record({ at: now(), kind: 'retired', agent: session.agent, session: id });
    return true;
  }

  function isOver({ expiresAt }: BoundSession): boolean {
    return expiresAt !== undefined && expiresAt <= now();
  }

  return { retire };
}

const hasEnded = (): HoldfastError => new HoldfastError('session_ended', 'The session has ended');
