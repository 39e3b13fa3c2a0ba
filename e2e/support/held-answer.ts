import type { IncomingMessage, ServerResponse } from 'node:http';
import { createLatch } from './latch.ts';

/**
 * Holds back what a server answers next to a POST at a path: the server has done what was asked, and nobody has heard it.
 */
export function holdAnswer(path: string) {
  let isArmed = false;
  const [given, released] = [createLatch(), createLatch()];
  return {
    intercept: ({ method, url }: IncomingMessage, response: ServerResponse): boolean => {
      if (!isArmed || method !== 'POST' || url !== path) return false;
      isArmed = false;
      const end = response.end.bind(response);
      response.end = ((...rest: Parameters<typeof end>) => {
        given.open();
        void released.opened.then(() => end(...rest));
        return response;
      }) as typeof end;
      return false;
    },
    arm: () => {
      isArmed = true;
    },
    /** Until the server has given its answer. */
    given: given.opened,
    deliver: released.open,
  };
}
