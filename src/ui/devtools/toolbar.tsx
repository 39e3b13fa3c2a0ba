import { Icon } from '../icons.tsx';
import { count, say } from '../words.ts';
import { KINDS, type Kind } from './kind.ts';
import { KIND_WORDS } from './request-words.ts';
import { clear, filter, kinds, preserves, requests, shown } from './requests.ts';

/** Filter, kinds, what stays, and how many there are. */
export function Toolbar({ canPreserve }: { readonly canPreserve: boolean }) {
  return (
    <div class="panel-toolbar" role="toolbar" aria-label={say('panelToolbar')}>
      <button type="button" class="panel-tool" onClick={clear} disabled={requests.value.length === 0}>
        <Icon name="forbidden" />
        {say('panelClear')}
      </button>
      <input
        type="search"
        aria-label={say('panelFilter')}
        placeholder={say('panelFilter')}
        value={filter.value}
        onInput={({ currentTarget }) => {
          filter.value = currentTarget.value;
        }}
      />
      <fieldset class="panel-kinds" aria-label={say('panelKinds')}>
        {KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            class="panel-tool"
            aria-pressed={kinds.value.has(kind)}
            onClick={() => toggle(kind)}
          >
            {say(KIND_WORDS[kind])}
          </button>
        ))}
      </fieldset>
      {canPreserve && (
        <label class="panel-check">
          <input
            type="checkbox"
            checked={preserves.value}
            onChange={({ currentTarget }) => {
              preserves.value = currentTarget.checked;
            }}
          />
          {say('panelPreserve')}
        </label>
      )}
      <output class="panel-count">{countOf(shown.value.length, requests.value.length)}</output>
    </div>
  );
}

function toggle(kind: Kind): void {
  const next = new Set(kinds.value);
  if (!next.delete(kind)) next.add(kind);
  kinds.value = next;
}

function countOf(some: number, all: number): string {
  return some === all ? count('panelRequests', all) : say('panelRequestsOf', String(some), count('panelRequests', all));
}
