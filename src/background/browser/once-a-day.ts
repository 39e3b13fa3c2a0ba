import browser from 'webextension-polyfill';
import { DAY_MS } from '../../model/lifetimes.ts';

/** Does something when the browser starts, and again when a worker starts a day or more after that. */
export async function onceADay(now: () => number, work: () => Promise<void>): Promise<void> {
  const { tidied } = await browser.storage.session.get({ tidied: 0 });
  if (now() - Number(tidied) < DAY_MS) return;
  await work();
  await browser.storage.session.set({ tidied: now() });
}
