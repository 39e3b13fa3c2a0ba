import { DAY_MS, SIGN_IN_MS } from '../../model/lifetimes.ts';
import { isLive, type LiveSession, type Session } from '../../model/session.ts';
import type { Ports } from '../ports.ts';
import { type EndPorts, end } from './end.ts';
import { neededKeys } from './needed-keys.ts';

/** Runs while no use case does. */
export function createHousekeeping(ports: EndPorts & Pick<Ports, 'servers'>) {
  const { keys, sessions, arming, servers, now } = ports;

  /**
   * Ends what has expired, forgets what ended long ago, and deletes every key that nothing is bound to any more.
   *
   * @param retention how many days ended sessions stay listed
   */
  async function tidy(retention: number): Promise<void> {
    for (const session of await sessions.list()) {
      if (isSpent(session, now())) await end(ports, session, { state: 'expired' }, session.expiresAt);
      else if (endOf(session) + retention * DAY_MS <= now()) await sessions.remove(session.id);
    }
    await arming.forgetAuthorizations(now() - SIGN_IN_MS);
    const used = [...(await sessions.list()), ...(await arming.list()), ...(await arming.authorizations())];
    for (const [agent, issuer] of await servers.names()) {
      if (!used.some((one) => one.agent === agent && one.issuer === issuer)) await servers.remove(agent, issuer);
    }
    const needed = await neededKeys(ports);
    for (const thumbprint of await keys.list()) if (!needed.has(thumbprint)) await keys.remove(thumbprint);
  }

  return { tidy };
}

/** A live session whose access token has expired, and which nothing can refresh. */
function isSpent(session: Session, now: number): session is LiveSession {
  if (!isLive(session) || session.expiresAt === undefined || session.expiresAt > now) return false;
  return (session.state === 'bound' && session.retiring) || session.handles.refresh === undefined;
}

/** When a session ended, in milliseconds; `Infinity` for one that has not. */
function endOf(session: Session): number {
  switch (session.state) {
    case 'bound':
    case 'held':
    case 'given':
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
