import { lineOf } from '../../model/activity.ts';
import { type GivenHandle, newGivenHandle } from '../../model/handle.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import { MOST_GIVEN } from '../../model/quotas.ts';
import type { Resource } from '../../model/server.ts';
import { type GivenSession, newSessionId, type SessionId } from '../../model/session.ts';
import type { AccessToken } from '../../model/tokens.ts';
import { covers } from '../../protocol/mcp/resource.ts';
import { createKeyedLock } from '../../structures/keyed-lock.ts';
import type { LiveSessions } from '../lifecycle/live-session.ts';
import type { Ports } from '../ports.ts';

/** A key as a person gives it. */
export interface GivenKey extends Pick<GivenSession, 'agent' | 'name' | 'header' | 'scheme'> {
  /** The address that it reaches, with what is below it. */
  readonly server: Resource;
  readonly secret: AccessToken;
}

/** Keys that a person gives to Holdfast. Each is a session of its own, with the key in the place of an access token. */
export function createGivenKeys(ports: Ports, live: LiveSessions) {
  const { sessions, access, policies, lock, rules, record, now, random } = ports;
  const oneByOne = createKeyedLock();

  /** Keeps a key for an agent that may use its server. @returns the handle for the agent, or why it was not kept */
  async function keep(key: GivenKey): Promise<GivenHandle | 'locked' | 'not_allowed' | 'too_many'> {
    const { agent, server } = key;
    const isRefused = (await policies.of(agent)).bearer === 'refuse';
    if (isRefused || !(await access.granted(agent, [originOf(server)]))) return 'not_allowed';
    const kept = await lock.open(agent, () => oneByOne(agent, () => write(key)));
    return kept ?? 'locked';
  }

  async function write({ server, secret, ...key }: GivenKey): Promise<GivenHandle | 'too_many'> {
    const own = (await sessions.list()).filter(({ agent }) => agent === key.agent);
    if (own.filter(({ state }) => state === 'given').length >= MOST_GIVEN) return 'too_many';
    const handle = newGivenHandle(random);
    const session: GivenSession = {
      ...key,
      ...{ id: newSessionId(random), state: 'given', resource: server, scopes: [], issuedAt: now() },
      handles: { by: 'holdfast', access: handle },
    };
    await sessions.save(session, { accessToken: secret });
    record({ ...lineOf(session, now(), server), kind: 'given' });
    // What the agent had been seen to use there is what the person gives now.
    for (const one of own) {
      if (one.state === 'exposed' && one.reason === 'typed' && one.resource && covers(server, one.resource)) {
        await sessions.remove(one.id);
      }
    }
    return handle;
  }

  /** Puts another key in the place of one. Its handle stays as it is. */
  async function replace(id: SessionId, secret: AccessToken): Promise<'done' | 'locked' | 'over'> {
    const found = await sessions.get(id);
    if (found?.state !== 'given') return 'over';
    return live.unlockedInTurn(found, async (session): Promise<'done'> => {
      const before = await sessions.tokens(id);
      await sessions.save(session, { accessToken: secret });
      // Not renewed: another key of the person's may be the same, and its server is not to get this one.
      if (before) await rules.withdraw(before.accessToken);
      record({ ...lineOf(session, now(), session.resource), kind: 'replaced' });
      return 'done';
    });
  }

  /** The handle of a kept key, for the person to paste into its agent. */
  async function handleOf(id: SessionId): Promise<GivenHandle | 'over'> {
    const session = await sessions.get(id);
    return session?.state === 'given' ? session.handles.access : 'over';
  }

  /** Whether an agent's own key, or none that is known, is used at a URL: whoever typed it can give it to Holdfast. */
  async function isTyped(agent: Origin, url: string): Promise<boolean> {
    const all = await sessions.list();
    return all
      .filter((one) => one.agent === agent && (one.resource === undefined || covers(one.resource, url)))
      .every(({ state }) => state === 'given');
  }

  return { keep, replace, handleOf, isTyped };
}
