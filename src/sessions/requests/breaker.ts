import { REQUEST_BREAKER } from '../../model/quotas.ts';
import type { SessionId } from '../../model/session.ts';

/**
 * Stops an agent that answers every refusal with the same request again: one popular client sends a thousand requests in
 * ten seconds when a server goes on answering 401.
 */
export function createBreaker(now: () => number) {
  const refusals = new Map<SessionId, number[]>();
  const openUntil = new Map<SessionId, number>();

  /** @param sentAt when the request left: those that were under way together are refused together, and that is no loop */
  function answered(session: SessionId, status: number, sentAt: number): void {
    if (status >= 300 && status < 400) return; // sent on: the answer is still to come
    if (status !== 401) {
      refusals.delete(session);
      openUntil.delete(session);
      return;
    }
    const recent = (refusals.get(session) ?? []).filter((at) => at > now() - REQUEST_BREAKER.withinMs);
    if (sentAt < (recent.at(-1) ?? 0)) return;
    recent.push(now());
    refusals.set(session, recent);
    if (recent.length >= REQUEST_BREAKER.refusals) openUntil.set(session, now() + REQUEST_BREAKER.openMs);
  }

  /** Until when the session's requests are held back, in milliseconds since the epoch; undefined while they are not. */
  function heldBackUntil(session: SessionId): number | undefined {
    const until = openUntil.get(session);
    return until !== undefined && until > now() ? until : undefined;
  }

  return { answered, heldBackUntil };
}

export type Breaker = ReturnType<typeof createBreaker>;
