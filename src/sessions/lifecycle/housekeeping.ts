import { ended, type Session } from '../../model/session.ts';
import type { Ports } from '../ports.ts';
import { neededKeys } from './needed-keys.ts';

const DAY = 24 * 60 * 60_000;

/** How long a sign-in may take, in milliseconds. */
const SIGN_IN = DAY;

/** What is done when nothing else is going on: no use case may be under way. */
export function createHousekeeping(ports: Pick<Ports, 'keys' | 'sessions' | 'arming' | 'record' | 'now'>) {
  const { keys, sessions, arming, record, now } = ports;

  /**
   * Ends what has expired, forgets what ended long ago, and deletes every key that nothing is bound to any more.
   *
   * @param retention for so many days what is over stays listed
   */
  async function tidy(retention: number): Promise<void> {
    for (const session of await sessions.list()) {
      if (isSpent(session, now())) await expire(session);
      else if (endOf(session) + retention * DAY <= now()) await sessions.remove(session.id);
    }
    await arming.forgetAuthorizations(now() - SIGN_IN);
    const needed = await neededKeys(ports);
    for (const thumbprint of await keys.list()) if (!needed.has(thumbprint)) await keys.remove(thumbprint);
  }

  async function expire(session: Extract<Session, { state: 'bound' }>): Promise<void> {
    await sessions.save(ended(session, 'expired', session.expiresAt ?? now()));
    record({ at: now(), kind: 'expired', agent: session.agent, session: session.id });
  }

  return { tidy };
}

/** A bound session whose access token has expired, and which nothing can refresh. */
function isSpent(session: Session, now: number): session is Extract<Session, { state: 'bound' }> {
  if (session.state !== 'bound' || session.expiresAt === undefined || session.expiresAt > now) return false;
  return session.retiring === true || session.handles.refresh === undefined;
}

/** When a session was over, in milliseconds; never for one that is not. */
function endOf(session: Session): number {
  switch (session.state) {
    case 'bound':
    case 'damaged': // until the person has seen it, and takes it off the list
      return Number.POSITIVE_INFINITY;
    case 'exposed':
    case 'refused':
    case 'ownKey':
      return session.expiresAt ?? session.issuedAt;
    default:
      return session.endedAt;
  }
}
