import { say } from '../words.ts';
import type { Failure } from './asking.ts';

const WHY = {
  dismissed: 'lockDismissed',
  no_prf: 'lockNoPrf',
  failed: 'lockNoPasskey',
  wrong_passkey: 'lockWrongPasskey',
  storage_failed: 'lockStorageFailed',
} as const satisfies Record<Failure, string>;

/** Why nothing has changed. */
export function Failed({ failure }: { readonly failure: Failure | undefined }) {
  return (
    <p class="failed" role="alert">
      {failure && `${say(WHY[failure])} ${say('lockUnchanged')}`}
    </p>
  );
}
