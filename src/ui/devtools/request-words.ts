import type { Presents } from '../../messages/inspection.ts';
import type { Kind } from './kind.ts';

/** What came of a request. */
export const KIND_WORDS = {
  served: 'kindServed',
  challenge: 'kindChallenge',
  refused: 'kindRefused',
  failed: 'kindFailed',
  pending: 'kindPending',
} as const satisfies Record<Kind, string>;

/** What a request presented. */
export const PRESENTS_WORDS = {
  bound: 'presentsBound',
  held: 'presentsHeld',
  given: 'presentsGiven',
  ownKey: 'presentsOwnKey',
  bearer: 'presentsBearer',
  unproved: 'presentsUnproved',
  drill: 'presentsDrill',
  nothing: 'presentsNothing',
} as const satisfies Record<Presents, string>;
