import { expect } from '@playwright/test';
import type { Browser } from './world.ts';

interface Watched {
  readonly standing: { times: number[]; up: Map<number, number> };
}

/** Watches how long rules with a token stand, from Chrome's word that they do to its word that they are gone. */
export async function watchStanding({ worker }: Browser) {
  const background = await worker();
  await background.evaluate(() => {
    const standing = { times: [] as number[], up: new Map<number, number>() };
    Object.assign(globalThis, { standing });
    const { declarativeNetRequest } = chrome;
    const native = declarativeNetRequest.updateSessionRules.bind(declarativeNetRequest);
    declarativeNetRequest.updateSessionRules = (async (change: chrome.declarativeNetRequest.UpdateRuleOptions) => {
      await native(change);
      const now = performance.now();
      for (const id of change.removeRuleIds ?? []) {
        const since = standing.up.get(id);
        if (since !== undefined) standing.times.push(now - since);
        standing.up.delete(id);
      }
      for (const { id, action } of change.addRules ?? []) {
        const isToken = action.requestHeaders?.some(({ header }) => header === 'authorization');
        if (isToken) standing.up.set(id, now);
      }
    }) as typeof declarativeNetRequest.updateSessionRules;
  });
  const read = () =>
    background.evaluate(() => {
      const { times, up } = (globalThis as unknown as Watched).standing;
      return { times, isUp: up.size > 0 };
    });
  return {
    /** Until none stands. */
    over: () => expect.poll(async () => (await read()).isUp, { intervals: [20] }).toBe(false),
    /** Milliseconds, of each rule that has gone. */
    times: async () => (await read()).times,
  };
}
