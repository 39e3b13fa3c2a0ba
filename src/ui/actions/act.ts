import { type Signal, useSignal } from '@preact/signals';
import type { FailureCode } from '../../messages/ui.ts';
import type { Action } from '../../messages/ui-request.ts';
import { confirmWithPasskey } from '../lock-page.ts';
import { ask } from '../state.ts';

/** What the person does in one place of a view, and how it went. */
export interface Act {
  /** What was asked for, until the background has answered. */
  readonly doing: Signal<Action['kind'] | undefined>;
  /** Why the last request was not done. */
  readonly failure: Signal<FailureCode | undefined>;
  /** @returns whether it was done */
  readonly run: (request: Action) => Promise<boolean>;
}

export function useAct(): Act {
  const doing = useSignal<Action['kind'] | undefined>(undefined);
  const failure = useSignal<FailureCode | undefined>(undefined);

  async function run(request: Action): Promise<boolean> {
    doing.value = request.kind;
    failure.value = undefined;
    const result = await ask(request);
    doing.value = undefined;
    if (!result.ok) failure.value = result.code;
    if (failure.value === 'passkey_needed') confirmWithPasskey(request);
    return result.ok;
  }

  return { doing, failure, run };
}
