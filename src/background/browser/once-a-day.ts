import browser from 'webextension-polyfill';

const DAY = 24 * 60 * 60_000;

/** Does something when the browser starts, and again when a worker starts a day or more after that. */
export async function onceADay(now: () => number, work: () => Promise<void>): Promise<void> {
  const { tidied } = await browser.storage.session.get({ tidied: 0 });
  if (now() - Number(tidied) < DAY) return;
  await work();
  await browser.storage.session.set({ tidied: now() });
}
