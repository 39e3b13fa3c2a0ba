import { type ReadonlySignal, signal } from '@preact/signals';

export interface Eavesdropper {
  /** The values overheard, each once, the newest first. */
  readonly overheard: ReadonlySignal<readonly string[]>;
  /** Whether somebody has wrapped the page's `fetch` before: Holdfast, on this stage. */
  readonly isWrapped: boolean;
}

/** A native function says its name; one that is wrapped in a Proxy has none to say. */
const isNative = (it: typeof fetch): boolean => /\bfetch\b/.test(Function.prototype.toString.call(it));

/**
 * What an injected script would do first: put its own function in place of `fetch` and read every `Authorization`
 * header that passes through.
 *
 */
export function eavesdrop(): Eavesdropper {
  const overheard = signal<readonly string[]>([]);
  const original = window.fetch;
  window.fetch = (input, init) => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    const value = headers.get('authorization');
    if (value) overheard.value = [value, ...overheard.value.filter((other) => other !== value)];
    return original(input, init);
  };
  return { overheard, isWrapped: !isNative(original) };
}
