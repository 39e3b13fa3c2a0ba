import type { Page } from '@playwright/test';
import { EXTENSION } from '../src/demo/chromium.ts';
import { pinIcon } from '../src/demo/pinned-icon.ts';
import { type Demo, startDemo } from '../src/demo/start.ts';
import { expectAccessible } from './support/accessible.ts';
import { expect, test } from './support/world.ts';

let demo: Demo;
test.beforeAll(async () => {
  demo = await startDemo({ ports: 'ephemeral' });
});
test.afterAll(() => demo.close());

/** The stage as `npm run demo` opens it: it is lent the dashboard. */
async function openStage(page: Page, act: 1 | 2 | 3): Promise<void> {
  await page.goto(`${demo.agent.origin}/?act=${act}`);
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  if (act < 3) await page.frameLocator('iframe').getByText('Nothing yet').waitFor();
}

test('every button on the demo’s stage can be seen', async ({ world }) => {
  const page = await world.shared.context.newPage();
  await page.exposeBinding('openHoldfast', () => undefined);
  for (const act of [1, 3] as const) {
    await openStage(page, act);
    if (act === 3) await page.getByRole('button', { name: 'Open the dashboard' }).waitFor();
    await expectAccessible(page);
  }
});

test('the icon is on the toolbar of the demo’s browser', async ({ world }) => {
  const profile = test.info().outputPath('profile');
  await pinIcon(profile, EXTENSION);
  const { worker } = await world.browser({ profile });
  const settings = await (await worker()).evaluate(() => chrome.action.getUserSettings());
  expect(settings.isOnToolbar).toBe(true);
});

/** What of a page is printed over each other, and how far it reaches beyond its sides, in pixels. */
const layoutOf = (page: Page) =>
  page.evaluate(() => {
    interface Box {
      readonly text: string;
      readonly within: Element;
      readonly left: number;
      readonly right: number;
      readonly top: number;
      readonly bottom: number;
    }
    const boxes: Box[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { currentNode } = texts;
      const within = currentNode.parentElement;
      if (!within?.checkVisibility() || !currentNode.textContent?.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(currentNode);
      let { left, right, top, bottom } = range.getBoundingClientRect();
      // What a panel scrolls away or cuts off is not seen.
      for (let at: Element | null = within; at; at = at.parentElement) {
        if (getComputedStyle(at).overflow === 'visible') continue;
        const panel = at.getBoundingClientRect();
        [left, right] = [Math.max(left, panel.left), Math.min(right, panel.right)];
        [top, bottom] = [Math.max(top, panel.top), Math.min(bottom, panel.bottom)];
      }
      if (right - left > 1 && bottom - top > 1)
        boxes.push({ text: currentNode.textContent.trim(), within, left, right, top, bottom });
    }
    const overlaps = boxes.flatMap((one, index) =>
      boxes
        .slice(index + 1)
        .filter(
          (other) =>
            other.within !== one.within &&
            Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
            Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1,
        )
        .map((other) => `${one.text} / ${other.text}`),
    );
    const { scrollWidth, clientWidth } = document.documentElement;
    return { texts: boxes.length, overlaps, beyond: scrollWidth - clientWidth };
  });

/** What a maximized window leaves for the page on a screen of 1280 × 720 and of 1440 × 900, those, and beside DevTools. */
const SIZES = [
  { width: 1280, height: 570 },
  { width: 1280, height: 720 },
  { width: 1440, height: 750 },
  { width: 1440, height: 900 },
  { width: 900, height: 720 },
  { width: 710, height: 570 },
];

for (const act of [1, 2, 3] as const) {
  test(`the stage fits small pages in act ${act}`, async ({ world }) => {
    const page = await world.shared.context.newPage();
    await openStage(page, act);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const { texts, ...layout } = await layoutOf(page);
      expect({ size, ...layout }).toEqual({ size, overlaps: [], beyond: 0 });
      expect(texts).toBeGreaterThan(10);
      await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeInViewport({ ratio: 1 });
    }
  });
}
