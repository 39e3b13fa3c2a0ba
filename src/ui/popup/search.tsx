import type { Signal } from '@preact/signals';
import { count, say } from '../words.ts';

interface Props {
  readonly wanted: Signal<string>;
  /** How many sessions match. */
  readonly found: number;
}

export function Search({ wanted, found }: Props) {
  const isSearched = wanted.value.trim() !== '';
  return (
    <search class="search">
      <input
        type="search"
        aria-label={say('searchSessions')}
        placeholder={say('searchHint')}
        autocomplete="off"
        spellcheck={false}
        value={wanted}
        onInput={({ currentTarget }) => {
          wanted.value = currentTarget.value;
        }}
      />
      <p class="quiet" role="status">
        {isSearched && (found > 0 ? count('searchFound', found) : say('searchNothing'))}
      </p>
    </search>
  );
}
