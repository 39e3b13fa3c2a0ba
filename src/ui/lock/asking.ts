import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LockRequest } from '../../messages/lock-request.ts';
import { lock, lockFailure, tell } from '../state.ts';
import { PasskeyError, type PasskeyFailure } from './passkey.ts';

export type Failure = PasskeyFailure | 'wrong_passkey' | 'storage_failed';

interface Asking {
  /** From the click until the background has done what was asked, or could not. */
  readonly busy: Signal<boolean>;
  readonly failure: Signal<Failure | undefined>;
  /** Asks the passkey for something, and tells the background what to do with its answer. */
  readonly ask: (passkey: () => Promise<LockRequest>) => Promise<void>;
}

/** One thing that is done with the passkey's answer, and how it went. */
export function useAsking(): Asking {
  const busy = useSignal(false);
  const failure = useSignal<Failure | undefined>(undefined);

  useEffect(() => {
    busy.value = false;
    failure.value = lockFailure.value?.code;
  }, [lockFailure.value, lock.value?.state]);

  async function ask(passkey: () => Promise<LockRequest>): Promise<void> {
    busy.value = true;
    failure.value = undefined;
    lockFailure.value = undefined;
    try {
      tell(await passkey());
    } catch (error) {
      busy.value = false;
      failure.value = error instanceof PasskeyError ? error.reason : 'failed';
    }
  }

  return { busy, failure, ask };
}
