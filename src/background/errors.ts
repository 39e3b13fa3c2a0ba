import browser from 'webextension-polyfill';
import { MOST_ERRORS } from '../model/quotas.ts';
import { codeOf, HoldfastError } from '../protocol/error.ts';

/** What is kept of an error. Only Holdfast's own messages are: those of other errors may quote a secret. */
export interface KeptError {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly code: string;
  readonly name: string;
  readonly message?: string;
  readonly stack: readonly string[];
}

/**
 * The latest errors, for *Copy diagnostics*, until the browser is closed. They are kept beside the worker, which ends after
 * half a minute. In a development build they are on its console too.
 *
 * @param now milliseconds since the epoch
 */
export function createErrorRing(now: () => number) {
  const reading = browser.storage.session.get({ errors: [] }).then(({ errors }) => errors as KeptError[]);
  let writing: Promise<unknown> = Promise.resolve();

  function keep(error: unknown): void {
    // biome-ignore lint/suspicious/noConsole: for the developer of Holdfast, who has the worker's console open
    if (import.meta.env.DEV) console.error(error);
    const kept = described(error, now());
    writing = writing.then(() => add(kept)).catch(() => undefined); // of all things, this may fail in silence
  }

  async function add(error: KeptError): Promise<void> {
    const errors = await reading;
    errors.push(error);
    errors.splice(0, errors.length - MOST_ERRORS);
    await browser.storage.session.set({ errors });
  }

  return {
    keep,
    async list(): Promise<readonly KeptError[]> {
      await writing;
      return [...(await reading)];
    },
  };
}

export type ErrorRing = ReturnType<typeof createErrorRing>;

function described(error: unknown, at: number): KeptError {
  const { name, stack = '' } = error instanceof Error ? error : { name: typeof error };
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    ...{ at, code: codeOf(error), name },
    ...(error instanceof HoldfastError && { message: error.message }),
    stack: frames.map((line) => line.trim()),
  };
}
