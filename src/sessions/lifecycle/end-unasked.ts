import { lineOf } from '../../model/activity.ts';
import { isLive, type SessionId } from '../../model/session.ts';
import type { Ports } from '../ports.ts';
import type { Revocation } from '../tokens/revocation.ts';
import type { LiveSessions } from './live-session.ts';

interface Parts {
  readonly live: LiveSessions;
  readonly revoke: Revocation['revoke'];
}

/** A session whose token left with a request that its agent had not asked for: whether it ends when that happens again. */
export function createEndUnasked(
  { sessions, record, failed, now }: Pick<Ports, 'sessions' | 'record' | 'failed' | 'now'>,
  { live, revoke }: Parts,
) {
  /** The person's choice. */
  function choose(id: SessionId, isWanted: boolean): Promise<'done' | 'over'> {
    return live.inTurn(id, async ({ endsUnasked: _, ...session }): Promise<'done'> => {
      await sessions.save(isWanted ? { ...session, endsUnasked: true } : session);
      return 'done';
    });
  }

  /** It has happened: the session ends as it does when the person revokes it, where they chose so. */
  async function happened(id: SessionId): Promise<void> {
    const session = await sessions.get(id);
    if (!session || !isLive(session) || !session.endsUnasked) return;
    const over = await revoke(id, 'unasked');
    if (typeof over !== 'string') record({ ...lineOf(session, now(), session.resource), kind: 'endedUnasked' });
  }

  return {
    choose,
    happened: (id: SessionId): void => void happened(id).catch((error) => failed(error)),
  };
}
