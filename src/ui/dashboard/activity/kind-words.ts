import type { ActivityKind } from '../../../messages/activity.ts';
import type { say } from '../../words.ts';

type Word = Parameters<typeof say>[0];

/** What each kind of line is called, and what it says. */
export const KIND_WORDS = {
  authorized: ['kindAuthorized', 'kindAuthorizedWhat'],
  exchanged: ['kindExchanged', 'kindExchangedWhat'],
  refreshed: ['kindRefreshed', 'kindRefreshedWhat'],
  proved: ['kindProved', 'kindProvedWhat'],
  challenged: ['kindChallenged', 'kindChallengedWhat'],
  refused: ['kindRefused', 'kindRefusedWhat'],
  revoked: ['kindRevoked', 'kindRevokedWhat'],
  retired: ['kindRetired', 'kindRetiredWhat'],
  expired: ['kindExpired', 'kindExpiredWhat'],
  keyLost: ['kindKeyLost', 'kindKeyLostWhat'],
  exposed: ['kindExposed', 'kindExposedWhat'],
  ownKey: ['kindOwnKey', 'kindOwnKeyWhat'],
  refusedBearer: ['kindRefusedBearer', 'kindRefusedBearerWhat'],
  unproved: ['kindUnproved', 'kindUnprovedWhat'],
  denied: ['kindDenied', 'kindDeniedWhat'],
  drilled: ['kindDrilled', 'kindDrilledWhat'],
  failed: ['kindFailed', 'kindFailedWhat'],
} as const satisfies Record<ActivityKind, readonly [Word, Word]>;
