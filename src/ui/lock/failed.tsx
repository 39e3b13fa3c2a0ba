import { whyNotDone } from '../actions/not-done.tsx';
import { say } from '../words.ts';
import type { Failure } from './asking.ts';

/** What went wrong. */
export function Failed({ failure }: { readonly failure: Failure | undefined }) {
  return (
    <p class="failed" role="alert">
      {failure && sentenceFor(failure)}
    </p>
  );
}

function sentenceFor(failure: Failure): string {
  switch (failure) {
    case 'dismissed':
      return `${say('lockDismissed')} ${say('lockUnchanged')}`;
    case 'no_prf':
      return `${say('lockNoPrf')} ${say('lockUnchanged')}`;
    case 'failed':
      return `${say('lockNoPasskey')} ${say('lockUnchanged')}`;
    case 'wrong_passkey':
      return `${whyNotDone(failure)} ${say('lockUnchanged')}`;
    default:
      return whyNotDone(failure);
  }
}
