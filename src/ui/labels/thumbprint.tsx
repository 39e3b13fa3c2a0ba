import { useCopy } from '../copy/copied.ts';
import { shorten } from '../names.ts';
import { say } from '../words.ts';

/** A thumbprint, short or in full; one click copies it in full. */
export function Thumbprint({ value, full = false }: { readonly value: string; readonly full?: boolean }) {
  const { copied, copy } = useCopy();
  return (
    <span class="thumbprint">
      <button
        type="button"
        class="copy"
        aria-label={say('copyThumbprint', value)}
        title={value}
        onClick={() => copy(value)}
      >
        <code>{full ? value : shorten(value)}</code>
      </button>
      <span class="copied" role="status">
        {copied.value ? say('copied') : ''}
      </span>
    </span>
  );
}
