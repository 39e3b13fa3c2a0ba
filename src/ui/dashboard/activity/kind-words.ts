import type { ActivityKind } from '../../../model/activity.ts';
import type { say } from '../../words.ts';

type Word = Parameters<typeof say>[0];

/** What each kind of line is called, and what it says. */
export const KIND_WORDS = {
  authorized: ['eventAuthorized', 'eventAuthorizedWhat'],
  exchanged: ['eventExchanged', 'eventExchangedWhat'],
  held: ['eventHeld', 'eventHeldWhat'],
  given: ['eventGiven', 'eventGivenWhat'],
  replaced: ['eventReplaced', 'eventReplacedWhat'],
  deleted: ['eventDeleted', 'eventDeletedWhat'],
  refreshed: ['eventRefreshed', 'eventRefreshedWhat'],
  proved: ['eventProved', 'eventProvedWhat'],
  presented: ['eventPresented', 'eventPresentedWhat'],
  challenged: ['eventChallenged', 'eventChallengedWhat'],
  refused: ['eventRefused', 'eventRefusedWhat'],
  unserved: ['eventUnserved', 'eventUnservedWhat'],
  revoked: ['eventRevoked', 'eventRevokedWhat'],
  retired: ['eventRetired', 'eventRetiredWhat'],
  expired: ['eventExpired', 'eventExpiredWhat'],
  keyLost: ['eventKeyLost', 'eventKeyLostWhat'],
  exposed: ['eventExposed', 'eventExposedWhat'],
  ownKey: ['eventOwnKey', 'eventOwnKeyWhat'],
  refusedBearer: ['eventRefusedBearer', 'eventRefusedBearerWhat'],
  unproved: ['eventUnproved', 'eventUnprovedWhat'],
  unreached: ['eventUnreached', 'eventUnreachedWhat'],
  repeated: ['eventRepeated', 'eventRepeatedWhat'],
  passedOn: ['eventPassedOn', 'eventPassedOnWhat'],
  withoutKey: ['eventWithoutKey', 'eventWithoutKeyWhat'],
  overruled: ['eventOverruled', 'eventOverruledWhat'],
  unasked: ['eventUnasked', 'eventUnaskedWhat'],
  endedUnasked: ['eventEndedUnasked', 'eventEndedUnaskedWhat'],
  widened: ['eventWidened', 'eventWidenedWhat'],
  narrowed: ['eventNarrowed', 'eventNarrowedWhat'],
  denied: ['eventDenied', 'eventDeniedWhat'],
  drilled: ['eventDrilled', 'eventDrilledWhat'],
  failed: ['eventFailed', 'eventFailedWhat'],
} as const satisfies Record<ActivityKind, readonly [Word, Word]>;
