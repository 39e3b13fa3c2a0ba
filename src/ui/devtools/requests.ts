import { computed, signal } from '@preact/signals';
import { finderOf } from '../finder.ts';
import { inspected, show } from '../state.ts';
import { type Kind, kindOf, saidOf } from './kind.ts';

/** More requests are not kept: the oldest go. */
export const KEPT = 5_000;

/** What is looked for, and of which kind; no kind is all of them. */
export const filter = signal('');
export const kinds = signal<ReadonlySet<Kind>>(new Set());
/** Whether the requests stay when the page goes somewhere else. */
export const preserves = signal(false);
export const selected = signal<string | undefined>(undefined);

/** When the list was cleared, in milliseconds since the epoch: what had begun before does not come back with its answer. */
const clearedAt = signal(0);

/** Oldest first. */
export const requests = computed(() =>
  [...inspected.value.values()].filter(({ at }) => at >= clearedAt.value).slice(-KEPT),
);

export const shown = computed(() => {
  const finds = finderOf(filter.value);
  return requests.value.filter(
    (request) => (kinds.value.size === 0 || kinds.value.has(kindOf(request))) && finds(...saidOf(request)),
  );
});

export const open = computed(() => inspected.value.get(selected.value ?? ''));

/** Begins to show the requests of a tab. */
export function begin(tab: number): void {
  show({ kind: 'inspect', tab });
  globalThis.chrome.devtools?.network.onNavigated.addListener(() => {
    if (!preserves.value) clear();
  });
}

export function clear(): void {
  inspected.value = new Map();
  clearedAt.value = Date.now();
  selected.value = undefined;
}
