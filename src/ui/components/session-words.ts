import type { ExposedView, SessionView, ViewState } from '../../messages/ui.ts';
import { fromNow, say } from '../words.ts';

const WHY = {
  no_dpop: 'exposedNoDpop',
  bearer_answer: 'exposedBearerAnswer',
  declined: 'exposedDeclined',
  unverified: 'exposedUnverified',
  not_ours: 'exposedNotOurs',
  not_allowed: 'exposedNotAllowed',
} as const satisfies Record<ExposedView['reason'], string>;

/** The resource as people know it: host and path. */
export function nameOf({ resource }: SessionView): string {
  if (resource === undefined) return say('unknownResource');
  const { host, pathname } = new URL(resource);
  return host + (pathname === '/' ? '' : pathname);
}

/** When the session's access token expires, or that it is renewed by itself. @param now milliseconds */
export function expiryOf({ expiresAt, ...session }: SessionView, now: number): string {
  if (expiresAt === undefined) return say('noExpiry');
  if (expiresAt > now) return say('expires', fromNow(expiresAt, now));
  return 'refreshable' in session && session.refreshable ? say('refreshes') : say('expired', fromNow(expiresAt, now));
}

/** Whether the last request was held back by the circuit breaker, not answered by the server. */
export function isHeldBack(last: SessionView['last']): boolean {
  return last?.error === 'breaker_open';
}

/** What its state means for the person, and what they can do; undefined where all is as it should be. */
export function explanationOf(session: SessionView, state: ViewState): string | undefined {
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
      if (isHeldBack(session.last)) return say('breakerWhat');
      if ('isHeld' in session && session.isHeld) return say('heldWhat');
      if ('retiring' in session && session.retiring) return say('retiringWhat');
      return 'inPage' in session && session.inPage ? say('inPageWhat') : undefined;
  }
}
