import type { Page } from '@playwright/test';
import { manySessions, seed, thumbprintOf } from './support/many.ts';
import { type Browser, expect, openPopup, stopWorker, test } from './support/world.ts';

const SITE = 'https://agent.example';
const OTHERS = ['https://desk.example', 'https://folio.example'];
const OPENINGS = { least: 5, most: 20 };
const LIMIT = 100;

test('a thousand sessions are drawn within 100 ms of the popup’s script starting, and all are there a moment later', async ({
  world,
}) => {
  const browser = await world.fresh();
  await seed(browser, manySessions(1_000, { agents: [SITE, SITE, ...OTHERS] }));
  const cold = await drawn(browser);
  const warm: number[] = [];
  // Whatever else this machine does adds to a time, and takes nothing from it.
  while (warm.length < OPENINGS.least || (Math.min(...warm) > LIMIT && warm.length < OPENINGS.most)) {
    warm.push(await drawn(browser));
  }
  await stopWorker(browser);
  const coldAgain = await drawn(browser);
  warm.sort((a, b) => a - b);
  const [best = Number.NaN, median] = [warm[0], warm[Math.floor(warm.length / 2)]];
  const rounded = (times: readonly (number | undefined)[]) => times.map((time) => time?.toFixed(0)).join(' ');
  console.log(`popup with 1,000 sessions: median ${rounded([median])} ms of ${rounded(warm)}`);
  console.log(`with a worker that has to be started: ${rounded([cold, coldAgain])} ms`);
  expect(best).toBeLessThanOrEqual(LIMIT);

  const popup = await openPopup(browser, SITE);
  await expect(popup.getByText('500 sessions on other sites')).toBeVisible();
  await popup.getByRole('searchbox').fill(thumbprintOf(999));
  await expect(popup.getByRole('article')).toHaveCount(1);
});

/** From the start of the popup's scripts to the first frame with a session, in milliseconds. */
async function drawn({ context, id }: Browser): Promise<number> {
  const popup = await context.newPage();
  await popup.setViewportSize({ width: 380, height: 600 });
  await popup.addInitScript(() => {
    const times = { begun: Number.NaN, drawn: Number.NaN };
    Object.assign(window, { times });
    // The first that any of its scripts does is to look for the browser's API.
    const own = chrome;
    Object.defineProperty(window, 'chrome', {
      get() {
        if (Number.isNaN(times.begun)) times.begun = performance.now();
        return own;
      },
    });
    const observer = new MutationObserver(() => {
      if (!document.querySelector('article')) return;
      observer.disconnect();
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        times.drawn = performance.now();
      };
      // The task after a frame's own work: what was drawn is on its way to the screen.
      requestAnimationFrame(() => channel.port2.postMessage(undefined));
    });
    observer.observe(document, { childList: true, subtree: true });
  });
  await popup.goto(`chrome-extension://${id}/src/ui/popup/index.html?site=${encodeURIComponent(SITE)}`);
  const time = await timeIn(popup);
  await popup.close();
  return time;
}

async function timeIn(popup: Page): Promise<number> {
  const reading = await popup.waitForFunction(() => {
    const { begun, drawn } = (window as unknown as { times: { begun: number; drawn: number } }).times;
    return Number.isFinite(drawn - begun) ? drawn - begun : false;
  });
  return (await reading.jsonValue()) as number;
}
