import { type Signal, useSignal } from '@preact/signals';
import type { FailureCode } from '../../messages/ui.ts';
import type { Action } from '../../messages/ui-request.ts';
import { ask } from '../state.ts';

/** What the person does in one place of a view, and how it went. */
export interface Act {
  /** From the click until the background has answered. */
  readonly isBusy: Signal<boolean>;
  /** Why the last request was not done. */
  readonly failure: Signal<FailureCode | undefined>;
  /** @returns whether it was done */
  readonly run: (request: Action) => Promise<boolean>;
}

export function useAct(): Act {
  const isBusy = useSignal(false);
  const failure = useSignal<FailureCode | undefined>(undefined);

  async function run(request: Action): Promise<boolean> {
    isBusy.value = true;
    failure.value = undefined;
    const result = await ask(request);
    isBusy.value = false;
    if (!result.ok) failure.value = result.code;
    return result.ok;
  }

  return { isBusy, failure, run };
}
