import { useSignal } from '@preact/signals';
import { copyText } from '../copy.ts';
import { say } from '../words.ts';

/** Copies a text, and says so for a moment. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: () => string }) {
  const copied = useSignal(false);
  const copy = async (): Promise<void> => {
    await copyText(text());
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, 1500);
  };
  return (
    <>
      <button type="button" onClick={copy}>
        {copied.value ? say('copied') : label}
      </button>
      <span role="status" class="off-screen">
        {copied.value ? say('copied') : ''}
      </span>
    </>
  );
}
