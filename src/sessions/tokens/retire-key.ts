import { lineOf } from '../../model/activity.ts';
import type { LiveSession, SessionId } from '../../model/session.ts';
import { type EndPorts, end } from '../lifecycle/end.ts';
import type { LiveSessions } from '../lifecycle/live-session.ts';

/** Retiring a key: it signs until its last token is gone, and the agent's next sign-in makes a new one. */
export function createRetirement(ports: EndPorts, live: LiveSessions) {
  const { sessions, record, now } = ports;

  /** Gives up the refresh token of a session; what is left of it ends with its access token. */
  async function retire(id: SessionId): Promise<'done' | 'locked' | 'over'> {
    const session = await sessions.get(id);
    return session?.state === 'bound' ? live.unlockedInTurn(session, giveUpRefreshing) : 'over';
  }

  async function giveUpRefreshing(session: LiveSession): Promise<'done'> {
    const tokens = await sessions.tokens(session.id);
    if (!tokens || session.state !== 'bound' || session.retiring) return 'done';
    record({ ...lineOf(session, now()), kind: 'retired' });
    if (isOver(session)) await end(ports, session, { state: 'expired' });
    else await sessions.save({ ...session, retiring: true }, { accessToken: tokens.accessToken });
    return 'done';
  }

  function isOver({ expiresAt }: LiveSession): boolean {
    return expiresAt !== undefined && expiresAt <= now();
  }

  return { retire };
}
