import { lineOf } from '../../model/activity.ts';
import type { Handle } from '../../model/handle.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import { MOST_PASSED_ON } from '../../model/quotas.ts';
import { isLive, type LiveSession } from '../../model/session.ts';
import { createKeyedLock } from '../../structures/keyed-lock.ts';
import type { Ports } from '../ports.ts';

type PassingPorts = Pick<Ports, 'sessions' | 'usage' | 'record' | 'now'>;

/** Handles that leave for another place than their session's servers, where they are worth nothing: seen and shown. */
export function createPassedOn({ sessions, usage, record, now }: PassingPorts) {
  const turnOf = createKeyedLock();

  /** An agent sends a handle somewhere. The first places of a session that are none of its servers are noted, each once. */
  async function note(handle: Handle, url: string, agent: Origin): Promise<void> {
    const session = await sessions.byHandle(handle);
    const to = session?.agent === agent && isLive(session) && placeBeside(session, url);
    if (to) await turnOf(session.id, () => remember(session, to));
  }

  async function remember(session: LiveSession, to: Origin): Promise<void> {
    const { passedOn = [] } = await usage.get(session.id);
    if (passedOn.includes(to) || passedOn.length >= MOST_PASSED_ON) return;
    usage.passedOn(session.id, to);
    record({ ...lineOf(session, now(), to), kind: 'passedOn' });
  }

  return { note };
}

/** The origin of a URL that is none of its session's; undefined where it is, where none is known, and for what does not leave. */
function placeBeside({ resource, tokenEndpoint, issuer }: LiveSession, url: string): Origin | undefined {
  if (!resource || !/^(?:http|ws)s?:/i.test(url)) return undefined;
  const to = originOf(url.replace(/^ws/i, 'http'));
  return [resource, tokenEndpoint, issuer].some((own) => own && originOf(own) === to) ? undefined : to;
}
