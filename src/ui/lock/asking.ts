import { type Signal, useSignal } from '@preact/signals';
import type { FailureCode } from '../../messages/ui.ts';
import type { Action } from '../../messages/ui-request.ts';
import { ask as askBackground } from '../state.ts';
import { PasskeyError, type PasskeyFailure } from './passkey.ts';

export type Failure = PasskeyFailure | FailureCode;

interface Asking {
  /** From the click until the background has answered. */
  readonly busy: Signal<boolean>;
  readonly failure: Signal<Failure | undefined>;
  /** Asks the passkey for something, and then the background for what its answer opens. Resolves to whether that was done. */
  readonly ask: (passkey: () => Promise<Action>) => Promise<boolean>;
}

/** One thing that is done with the passkey's answer, and how it went. */
export function useAsking(): Asking {
  const busy = useSignal(false);
  const failure = useSignal<Failure | undefined>(undefined);

  async function ask(passkey: () => Promise<Action>): Promise<boolean> {
    busy.value = true;
    failure.value = undefined;
    try {
      const result = await askBackground(await passkey());
      if (!result.ok) failure.value = result.code;
    } catch (error) {
      failure.value = error instanceof PasskeyError ? error.reason : 'failed';
    }
    busy.value = false;
    return failure.value === undefined;
  }

  return { busy, failure, ask };
}
