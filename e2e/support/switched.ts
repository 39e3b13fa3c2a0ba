import type { Intercept } from '../../src/demo/loopback.ts';

/** What a server of a shared scene does in place of its own answer, for as long as a test wants. */
export function createSwitch() {
  let now: Intercept | undefined;
  return {
    intercept: ((request, response) => now?.(request, response) ?? false) satisfies Intercept,
    set(next: Intercept | undefined): void {
      now = next;
    },
  };
}
