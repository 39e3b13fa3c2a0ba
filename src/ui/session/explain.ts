import type { ExposedView, SessionView, ViewState } from '../../messages/ui.ts';
import { say } from '../words.ts';

const WHY = {
  no_dpop: 'exposedNoDpop',
  bearer_answer: 'exposedBearerAnswer',
  declined: 'exposedDeclined',
  unanswered: 'exposedUnanswered',
  unverified: 'exposedUnverified',
  not_ours: 'exposedNotOurs',
  not_allowed: 'exposedNotAllowed',
} as const satisfies Record<ExposedView['reason'], string>;

/** What has to be said of a session beside its state; undefined when all is well. */
export function explain(session: SessionView, state: ViewState): string | undefined {
  switch (state) {
    case 'exposed':
      return session.state === 'exposed' ? say(WHY[session.reason]) : undefined;
    case 'refused':
      return say('refusedWhat');
    case 'locked':
      return say('lockedSession');
    case 'expired':
      return say('expiredWhat');
    case 'keyLost':
      return say('keyLostWhat');
    case 'revoked':
      return say('confirmed' in session && session.confirmed ? 'revokedConfirmed' : 'revokedLocally');
    case 'damaged':
      return say('damagedWhat');
    case 'ownKey':
      return say('ownKeyWhat');
    case 'bound':
      if (session.last && isHeldBack(session.last)) return say('breakerWhat');
      if ('isHeld' in session && session.isHeld) return say('heldWhat');
      if ('retiring' in session && session.retiring) return say('retiringWhat');
      return 'inPage' in session && session.inPage ? say('inPageWhat') : undefined;
  }
}

/** Whether the last request was held back by the circuit breaker, not answered by the server. */
export function isHeldBack({ error }: NonNullable<SessionView['last']>): boolean {
  return error === 'breaker_open';
}
