import { say } from '../words.ts';
import { useCopy } from './copied.ts';

/** Copies a text, which may have to be had first, and says so for a moment. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: () => string | Promise<string> }) {
  const { copied, copy } = useCopy();
  return (
    <>
      <button type="button" onClick={async () => copy(await text())}>
        <span class="either">
          <span class={copied.value ? 'unseen' : undefined}>{label}</span>
          <span class={copied.value ? undefined : 'unseen'}>{say('copied')}</span>
        </span>
      </button>
      <span role="status" class="off-screen">
        {copied.value ? say('copied') : ''}
      </span>
    </>
  );
}
