import { lineOf } from '../../model/activity.ts';
import { furtherAddress, toResource } from '../../model/destination.ts';
import { isSameOrigin } from '../../model/origin.ts';
import { MOST_FURTHER } from '../../model/quotas.ts';
import { isEndpointOf } from '../../model/server.ts';
import type { LiveSession, SessionId } from '../../model/session.ts';
import { covers } from '../../protocol/mcp/resource.ts';
import { type EndPorts, withdrawTokens } from '../lifecycle/end.ts';
import type { LiveSessions } from '../lifecycle/live-session.ts';
import type { Ports } from '../ports.ts';
import type { Servers } from '../sign-in/server-discovery.ts';

interface Parts {
  readonly live: LiveSessions;
  readonly servers: Pick<Servers, 'ofSession'>;
}

/**
 * The addresses of its resource's origin that the person lets a session be used at, beside what its resource covers and what its
 * server names: a files API beside `/mcp`. The page's request asks, and the person's yes is kept with the session.
 */
export function createFurtherAddresses(ports: EndPorts & Pick<Ports, 'access'>, { live, servers }: Parts) {
  const { sessions, access, record, now } = ports;

  /** The session after the person was asked about this address, if they can be; `over` where it has ended meanwhile. */
  async function ask(session: LiveSession, url: string): Promise<LiveSession | 'over'> {
    const address = furtherAddress(session, url);
    if (address === undefined || (session.further ?? []).length >= MOST_FURTHER) return session;
    if (await isOfServer(session, url)) return session;
    const isAllowed = await access.askFurther(session, address);
    return live.inTurn(session.id, async (current) => (isAllowed ? add(current, address) : current));
  }

  /** Whether an address is the authorization server's own, or may be: one whose endpoints are not known may have one there. */
  async function isOfServer(session: LiveSession, url: string): Promise<boolean> {
    const { issuer, tokenEndpoint = issuer } = session;
    const server = await servers.ofSession(session).catch(() => undefined); // one that cannot be read is not known
    if (server) return isEndpointOf(server, url);
    return tokenEndpoint !== undefined && isSameOrigin(tokenEndpoint, url);
  }

  async function add(session: LiveSession, address: string): Promise<LiveSession> {
    const { further = [] } = session;
    if (toResource(session, address) || further.length >= MOST_FURTHER) return session;
    const wider = { ...session, further: [...further.filter((known) => !covers(address, known)), address] };
    await sessions.save(wider);
    record({ ...lineOf(session, now(), address), kind: 'widened' });
    return wider;
  }

  /** The person takes an address back. What was to be presented there is presented nowhere, until it is asked for anew. */
  function takeBack(id: SessionId, address: string): Promise<'done' | 'over'> {
    return live.inTurn(id, async ({ further = [], ...session }): Promise<'done'> => {
      const left = further.filter((known) => known !== address);
      if (left.length === further.length) return 'done';
      await sessions.save({ ...session, ...(left.length > 0 && { further: left }) });
      await withdrawTokens(ports, session.id);
      record({ ...lineOf(session, now(), address), kind: 'narrowed' });
      return 'done';
    });
  }

  return { ask, takeBack };
}

export type FurtherAddresses = ReturnType<typeof createFurtherAddresses>;
