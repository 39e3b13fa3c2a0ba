import { type Signal, useSignal } from '@preact/signals';
import type { LockRequest } from '../../messages/lock-request.ts';
import type { FailureCode } from '../../messages/ui.ts';
import { ask as askBackground } from '../state.ts';
import { PasskeyError, type PasskeyFailure } from './passkey.ts';

export type Failure = PasskeyFailure | FailureCode;

interface Asking {
  /** From the click until the background has answered. */
  readonly busy: Signal<boolean>;
  readonly failure: Signal<Failure | undefined>;
  /** Asks the passkey for something, and then the background for what its answer opens. */
  readonly ask: (passkey: () => Promise<LockRequest>) => Promise<void>;
}

/** One thing that is done with the passkey's answer, and how it went. */
export function useAsking(): Asking {
  const busy = useSignal(false);
  const failure = useSignal<Failure | undefined>(undefined);

  async function ask(passkey: () => Promise<LockRequest>): Promise<void> {
    busy.value = true;
    failure.value = undefined;
    try {
      const result = await askBackground(await passkey());
      if (!result.ok) failure.value = result.code;
    } catch (error) {
      failure.value = error instanceof PasskeyError ? error.reason : 'failed';
    }
    busy.value = false;
  }

  return { busy, failure, ask };
}
