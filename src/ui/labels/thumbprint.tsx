import { useCopy } from '../copy/copied.ts';
import { say } from '../words.ts';

/** So many characters stand for a thumbprint at each of its ends. */
const ENDS = 6;

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

/** Its first and last characters. */
export function shorten(thumbprint: string): string {
  return `${thumbprint.slice(0, ENDS)}…${thumbprint.slice(-ENDS)}`;
}
