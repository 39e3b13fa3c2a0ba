import type { Origin } from '../../model/origin.ts';
import { MOST_SESSIONS } from '../../model/quotas.ts';
import { isLive, isUnbound, type Session } from '../../model/session.ts';
import type { Ports } from '../ports.ts';
import type { Revocation } from '../tokens/revocation.ts';

/**
 * After a sign-in, removes an agent's sessions above the maximum: ended ones first, then those that were used longest ago.
 *
 * @param revoke gives a session's tokens back; it keeps what it cannot (the vault is locked)
 */
export async function makeRoom(
  { sessions, usage }: Pick<Ports, 'sessions' | 'usage'>,
  agent: Origin,
  revoke: Revocation['revoke'],
): Promise<void> {
  const own = (await sessions.list()).filter((session) => session.agent === agent && isKept(session));
  if (own.length <= MOST_SESSIONS) return;
  await usage.readAhead();
  const aged = await Promise.all(
    own.map(async (session) => ({ session, at: (await usage.get(session.id)).last?.at ?? session.issuedAt })),
  );
  aged.sort((one, other) => Number(isLive(one.session)) - Number(isLive(other.session)) || one.at - other.at);
  for (const { session } of aged.slice(0, own.length - MOST_SESSIONS)) {
    if (!isLive(session) || (await revoke(session.id)) !== 'locked') await sessions.remove(session.id);
  }
}

/** Those that are not bound, and given keys, have bounds of their own; what is damaged stays until the person has seen it. */
const isKept = (session: Session): boolean =>
  !isUnbound(session) && session.state !== 'given' && session.state !== 'damaged';
