import type { Signal } from '@preact/signals';
import type { FailureCode } from '../../messages/ui.ts';
import { say } from '../words.ts';

const WHY = {
  locked: 'notDoneLocked',
  wrong_passkey: 'lockWrongPasskey',
  passkey_needed: 'notDonePasskey',
  storage_failed: 'notDoneStorage',
  not_allowed: 'notDoneNotAllowed',
  too_many: 'notDoneTooMany',
  session_ended: 'notDoneEnded',
  internal: 'notDoneInternal',
  gone: 'notDoneGone',
} as const satisfies Record<FailureCode, string>;

/** What happened instead, and what to do. */
export const whyNotDone = (code: FailureCode): string => say(WHY[code]);

/** Says why something was not done, where the person asked for it. */
export function NotDone({ failure }: { readonly failure: Signal<FailureCode | undefined> }) {
  if (failure.value === undefined) return null;
  return (
    <p class="not-done" role="alert">
      {whyNotDone(failure.value)}
    </p>
  );
}
