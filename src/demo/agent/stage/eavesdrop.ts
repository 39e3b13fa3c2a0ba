import { type ReadonlySignal, signal } from '@preact/signals';

/**
 * What an injected script would do first: put its own function in place of `fetch` and read every `Authorization`
 * header that passes through.
 *
 * @returns the values overheard, each once, the newest first
 */
export function eavesdrop(): ReadonlySignal<readonly string[]> {
  const overheard = signal<readonly string[]>([]);
  const original = window.fetch;
  window.fetch = (input, init) => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    const value = headers.get('authorization');
    if (value) overheard.value = [value, ...overheard.value.filter((other) => other !== value)];
    return original(input, init);
  };
  return overheard;
}
