import type { Page } from '@playwright/test';
import { clearSeeded, manySessions, seed, thumbprintOf } from './support/many.ts';
import { type Browser, expect, openPopup, sessionsIn, stopWorker, test } from './support/world.ts';

const SITE = 'https://agent.example';
const OTHERS = ['https://desk.example', 'https://folio.example'];
const OPENINGS = 9;
const LIMIT = 100;

test('one session needs no search, and none of another site shows', async ({ world }) => {
  const browser = await world.browser();
  await seed(browser, manySessions(1, { agents: [SITE] }));
  const popup = await openPopup(browser, SITE);
  await expect(sessionsIn(popup).getByRole('article')).toHaveCount(1);
  await expect(popup.getByRole('searchbox')).toHaveCount(0);
  await expect(popup.getByText(/on other sites/)).toHaveCount(0);

  await clearSeeded(browser);
  await openPopup(browser, SITE);
  const empty = await openPopup(browser, SITE);
  await expect(empty.getByRole('heading', { name: 'Three steps to a bound session' })).toBeVisible();
});

test('fifty sessions are drawn as far as one scrolls, and found by agent, server, scope and thumbprint', async ({
  world,
}) => {
  const browser = await world.browser();
  await seed(browser, manySessions(50, { agents: [SITE], states: ['bound'] }));
  const popup = await openPopup(browser, SITE);
  const cards = sessionsIn(popup).getByRole('article');
  await expect(cards.first()).toBeVisible();
  expect(await cards.count()).toBeLessThan(30);
  const scrolled = async () => {
    await popup.mouse.wheel(0, 3_000);
    return cards.count();
  };
  await expect.poll(scrolled).toBe(50);
  await expect(popup.getByRole('button', { name: /^Show/ })).toHaveCount(0);

  const search = popup.getByRole('searchbox', { name: 'Search sessions' });
  const result = popup.getByRole('search').getByRole('status');
  for (const [wanted, count] of [
    ['calendar.example', 8],
    ['CALENDAR:write calendar.example', 4],
    [thumbprintOf(30).slice(3, 20), 1],
  ] as const) {
    await search.fill(wanted);
    await expect(cards).toHaveCount(count);
    await expect(result).toHaveText(count === 1 ? '1 session found' : `${count} sessions found`);
  }
  await search.fill('no such session');
  await expect(result).toHaveText('No session matches.');
  await expect(cards).toHaveCount(0);
  await search.press('Escape');
  await expect(search).toHaveValue('');
  await expect(cards.first()).toBeVisible();
});

test('many sessions of other sites are searched where they are', async ({ world }) => {
  const browser = await world.browser();
  const own = manySessions(1, { agents: [SITE] });
  const other = manySessions(40, { agents: OTHERS });
  await seed(browser, { ...other, sessions: [...(other.sessions ?? []).slice(1), ...(own.sessions ?? [])] });
  const popup = await openPopup(browser, SITE);
  await expect(popup.getByText('39 sessions on other sites')).toBeVisible();
  await expect(popup.getByRole('searchbox')).toHaveCount(0); // closed: there for nobody
  await popup.getByText('39 sessions on other sites').click();
  await popup.getByRole('searchbox').fill('desk.example');
  const elsewhere = popup.getByRole('group').filter({ hasText: 'on other sites' });
  await expect(elsewhere.getByText('desk.example', { exact: true }).first()).toBeVisible();
  await expect(elsewhere.getByText('folio.example', { exact: true })).toHaveCount(0);
});

test('a thousand sessions are drawn within 100 ms of the popup’s script starting', async ({ world }) => {
  const browser = await world.browser();
  await seed(browser, manySessions(1_000, { agents: [SITE, SITE, ...OTHERS] }));
  const cold = await drawn(browser);
  const warm: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening += 1) warm.push(await drawn(browser));
  await stopWorker(browser);
  const coldAgain = await drawn(browser);
  warm.sort((a, b) => a - b);
  const [best = Number.NaN, median] = [warm[0], warm[Math.floor(OPENINGS / 2)]];
  const rounded = (times: readonly (number | undefined)[]) => times.map((time) => time?.toFixed(0)).join(' ');
  console.log(`popup with 1,000 sessions: median ${rounded([median])} ms of ${rounded(warm)}`);
  console.log(`with a worker that has to be started: ${rounded([cold, coldAgain])} ms`);
  // Whatever else this machine does adds to a time, and takes nothing from it.
  expect(best).toBeLessThanOrEqual(LIMIT);
});

test('all of a thousand sessions are there a moment later', async ({ world }) => {
  const browser = await world.browser();
  await seed(browser, manySessions(1_000, { agents: [SITE, ...OTHERS] }));
  const popup = await openPopup(browser, SITE);
  await expect(popup.getByText('666 sessions on other sites')).toBeVisible();
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
    // The first that any of its scripts asks is whether they run in an extension.
    const { id: own } = chrome.runtime;
    Object.defineProperty(chrome.runtime, 'id', {
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
