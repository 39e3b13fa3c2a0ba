import browser from 'webextension-polyfill';
import { QUESTION_LONGEST_REST_MS, QUESTION_REST_MS } from '../../model/lifetimes.ts';

/**
 * What is remembered of questions that ended without a yes, until the browser is closed.
 *
 * @param name under which it stands in `storage.session`
 */
export function keepUnheeded<Key extends string, Value>(name: string) {
  // What an earlier worker of this browser wrote: nothing else can write there.
  const reading = browser.storage.session
    .get({ [name]: {} })
    .then((stored) => new Map(Object.entries(stored[name] as Record<string, Value>) as [Key, Value][]));

  return {
    reading,
    write: async (): Promise<void> => browser.storage.session.set({ [name]: Object.fromEntries(await reading) }),
  };
}

/** How long questions rest after so many in a row without a yes before the last, in milliseconds. */
export const restAfter = (times: number): number => Math.min(QUESTION_REST_MS * 2 ** times, QUESTION_LONGEST_REST_MS);
