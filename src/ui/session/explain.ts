import type { BoundView, ExposedView, SessionView, ViewState } from '../../messages/ui.ts';
import { say, second } from '../words.ts';

const WHY = {
  no_dpop: 'exposedNoDpop',
  bearer_answer: 'exposedBearerAnswer',
  declined: 'exposedDeclined',
  disputed: 'exposedDisputed',
  unanswered: 'exposedUnanswered',
  unverified: 'exposedUnverified',
  not_ours: 'exposedNotOurs',
  own_login: 'exposedOwnLogin',
  not_allowed: 'exposedNotAllowed',
} as const satisfies Record<ExposedView['reason'], string>;

/** What has to be said of a session beside its state; undefined when all is well. @param now milliseconds since the epoch */
export function explain(session: SessionView, state: ViewState, now: number): string | undefined {
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
      return session.state === 'bound' ? explainBound(session, now) : undefined;
  }
}

function explainBound(session: BoundView, now: number): string | undefined {
  const { heldBackUntil } = session;
  if (heldBackUntil !== undefined && heldBackUntil > now) return say('breakerWhat', second(heldBackUntil));
  if (session.isHeld) return say('heldWhat');
  if (session.retiring) return say('retiringWhat');
  if (session.asBearer) return say('asBearerWhat');
  return session.inPage ? say('inPageWhat') : undefined;
}

/** What the server last answered, and when, in milliseconds; undefined where no answer is known. */
export function answerOf({ last }: SessionView) {
  if (!last) return undefined;
  const { at, status, error } = last;
  const isRefusal = status >= 400 && error !== 'use_dpop_nonce';
  return { at, result: [status, error].filter(Boolean).join(' '), isRefusal };
}
