import { SIGN_IN_BREAKER } from '../../model/quotas.ts';
import type { SessionId } from '../../model/session.ts';
import type { Ports } from '../ports.ts';

interface SignIn {
  readonly at: number;
  readonly session: SessionId;
}

/**
 * Stops an agent that signs in endlessly: where a server refuses the tokens that it has just issued and asks the person
 * nothing, the agent follows redirects in a loop, several times a second.
 */
export function createSignInBreaker({ usage, now }: Pick<Ports, 'usage' | 'now'>) {
  const signIns = new Map<string, SignIn[]>();
  const openUntil = new Map<string, number>();

  /**
   * A token request was answered. @returns whether it exceeds the maximum
   *
   * @param loop what is repeated: an agent's sign-in at one server for one resource
   * @param session what may have come of it
   */
  async function signedIn(loop: string, session: SessionId): Promise<boolean> {
    for (const [other, made] of signIns) if (!made.some(isRecent)) signIns.delete(other);
    for (const [other, until] of openUntil) if (until <= now()) openUntil.delete(other);
    const made = [...(signIns.get(loop) ?? []).filter(isRecent), { at: now(), session }];
    signIns.set(loop, made);
    if (made.length < SIGN_IN_BREAKER.signIns || (await wasOfUse(made))) return false;
    openUntil.set(loop, now() + SIGN_IN_BREAKER.openMs);
    signIns.delete(loop);
    return true;
  }

  async function wasOfUse(made: readonly SignIn[]): Promise<boolean> {
    const used = await Promise.all(made.map(({ session }) => usage.get(session)));
    return used.some(({ last }) => last?.status !== undefined && last.status >= 200 && last.status < 400);
  }

  const isRecent = ({ at }: SignIn): boolean => at > now() - SIGN_IN_BREAKER.withinMs;

  const isOpen = (loop: string): boolean => (openUntil.get(loop) ?? 0) > now();

  return { signedIn, isOpen };
}
