import browser from 'webextension-polyfill';
import type { KeptError } from '../model/diagnostics.ts';
import { MOST_ERRORS } from '../model/quotas.ts';
import { codeOf } from '../protocol/error.ts';

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
    const kept: KeptError = { at: now(), code: codeOf(error), name: nameOf(error), places: placesOf(error) };
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

/** The name of an error's class. Any other name may be data. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return /^[A-Za-z]{0,40}Error$/.test(error.name) ? error.name : 'Error';
}

/** What follows the extension's address in a stack frame: the path of a file, a query in development, line and column. */
const PLACE = /^([\w./-]+)(?:\?\S*)?(:\d+:\d+)\)?$/;

/** The places in Holdfast's own files. The stack begins with name and message, which may have any lines. */
function placesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const frames = (error.stack ?? '').split('\n').slice(String(error).split('\n').length);
  const root = browser.runtime.getURL('');
  return frames.flatMap((frame) => {
    const [, file, position] = PLACE.exec(frame.split(root)[1] ?? '') ?? [];
    return file === undefined ? [] : `${file}${position}`;
  });
}
