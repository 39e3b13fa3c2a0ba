import { say } from '../words.ts';
import { useCopy } from './copied.ts';

/** Copies a text, and says so for a moment. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: () => string }) {
  const { copied, copy } = useCopy();
  return (
    <>
      <button type="button" onClick={() => copy(text())}>
        {copied.value ? say('copied') : label}
      </button>
      <span role="status" class="off-screen">
        {copied.value ? say('copied') : ''}
      </span>
    </>
  );
}
