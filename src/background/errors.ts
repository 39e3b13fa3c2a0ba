import browser from 'webextension-polyfill';
import type { KeptError } from '../model/diagnostics.ts';
import { MOST_ERRORS } from '../model/quotas.ts';
import { type Trace, traceOf } from '../model/trace.ts';
import { codeOf, type ErrorCode } from '../protocol/error.ts';

/**
 * The latest errors, for *Copy diagnostics*, until the browser is closed. They are kept beside the worker, which ends after
 * half a minute. In a development build they are on its console too, with their messages.
 *
 * @param now milliseconds since the epoch
 */
export function createErrorRing(now: () => number) {
  const reading = browser.storage.session.get({ errors: [] }).then(
    ({ errors }) => errors as KeptError[],
    (): KeptError[] => [],
  );
  let writing: Promise<unknown> = Promise.resolve();

  function keep(error: unknown): void {
    // biome-ignore lint/suspicious/noConsole: for the developer of Holdfast, who has the worker's console open
    if (import.meta.env.DEV) console.error(error);
    keepTrace(traceOf(error, browser.runtime.getURL('')), codeOf(error));
  }

  function keepTrace(trace: Trace, code: ErrorCode): void {
    const kept: KeptError = { at: now(), code, ...trace };
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
    /** An error that a view met. */
    keepOfView: ({ name, places }: Trace): void => keepTrace({ name, places }, 'internal'),
    async list(): Promise<readonly KeptError[]> {
      await writing;
      return [...(await reading)];
    },
  };
}

export type ErrorRing = ReturnType<typeof createErrorRing>;
