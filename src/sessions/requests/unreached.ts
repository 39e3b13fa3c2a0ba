import type { AccessHandle } from '../../model/handle.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import { isLive } from '../../model/session.ts';
import type { Unreached } from '../../model/usage.ts';
import type { Ports } from '../ports.ts';
import { createSeldom } from '../seldom.ts';

/** A handle that left as it is, and from where. */
export interface LeftHandle {
  readonly handle: AccessHandle;
  readonly from: Unreached;
}

/** Notes from where Holdfast does not reach requests: a handle is worthless there, and its server refuses it without a word why. */
export function createUnreached({
  sessions,
  usage,
  record,
  now,
}: Pick<Ports, 'sessions' | 'usage' | 'record' | 'now'>) {
  const isNew = createSeldom(now);

  /** A page has started a worker as its site made it. */
  function started(agent: Origin): void {
    if (isNew(agent)) record({ at: now(), agent, kind: 'unreached', code: 'worker' });
  }

  /** @returns whether the handle is one of the agent's whose token could have been put in: then its request went around Holdfast */
  async function left(agent: Origin, url: string, { handle, from }: LeftHandle): Promise<boolean> {
    const session = await sessions.byHandle(handle);
    if (session?.agent !== agent || !isLive(session)) return false;
    // Without tokens, or while they are locked, handles leave by the way that Holdfast has seen.
    if (!(await sessions.tokens(session.id).catch(() => undefined))) return false;
    usage.unreached(session.id, from);
    if (isNew(`${session.id} ${from}`)) {
      record({ at: now(), agent, session: session.id, server: originOf(url), kind: 'unreached', code: from });
    }
    return true;
  }

  return { started, left };
}
