import { type Signal, useSignal } from '@preact/signals';
import { copyText } from './copy-text.ts';

/** How long “Copied” is shown, in milliseconds. */
const SAID = 1500;

/** Copies a text, and says so for a moment. */
export function useCopy(): { readonly copied: Signal<boolean>; readonly copy: (text: string) => Promise<void> } {
  const copied = useSignal(false);
  const copy = async (text: string): Promise<void> => {
    await copyText(text);
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, SAID);
  };
  return { copied, copy };
}
