import type { Page } from '@playwright/test';
import { EXTENSION } from '../src/demo/chromium.ts';
import { pinIcon } from '../src/demo/pinned-icon.ts';
import { type Demo, startDemo } from '../src/demo/start.ts';
import { openPopup, readState } from '../src/demo/story/popup.ts';
import { StageDriver } from '../src/demo/story/stage.ts';
import { expectAccessible } from './support/accessible.ts';
import { expect, newPage, test } from './support/world.ts';

let demo: Demo;
test.beforeAll(async () => {
  demo = await startDemo({ ports: 'ephemeral' });
});
test.afterAll(() => demo.close());

const SIGN_IN = { en: 'Sign in', ja: 'サインイン' } as const;
type Language = keyof typeof SIGN_IN;

const signInButton = (page: Page, language: Language = 'en') =>
  page.getByRole('button', { name: SIGN_IN[language], exact: true });

/** The stage as `npm run demo` opens it. */
async function openStage(page: Page, act: 1 | 2 | 3, language: Language = 'en'): Promise<void> {
  await page.goto(`${demo.agent.origin}/?act=${act}`);
  await signInButton(page, language).waitFor();
  if (act < 3)
    await page
      .frameLocator('iframe')
      .getByText(language === 'en' ? 'Nothing yet' : 'まだ何も')
      .waitFor();
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

/** Does the click that the stage highlights, until it leads to the next act. @returns the clicks */
async function follow(
  { page }: StageDriver,
  does: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<string[]> {
  const clicks: string[] = [];
  const current = page.getByRole('list', { name: 'Clicks' }).locator('[aria-current]');
  const over = page.getByRole('button', { name: /^Act \d$/ });
  for (;;) {
    await current.or(over).first().waitFor();
    if (await over.isVisible()) return clicks;
    const click = (await current.textContent()) ?? '';
    clicks.push(click);
    await does[click]?.();
    await expect(current.filter({ hasText: click })).toHaveCount(0);
  }
}

test('whoever does what is highlighted is robbed in act 1, and not in act 2, at servers that know bearer tokens alone as well', async ({
  world,
}) => {
  test.slow(); // two acts, with a sign-in each
  const robbed = await startDemo({ ports: 'ephemeral' });
  const { agent, bearerOnly } = robbed;
  const browser = world.shared;
  const stage = new StageDriver(await browser.context.newPage(), robbed);
  const { page } = stage;
  let isAllowed = false;
  await page.exposeBinding('isHoldfastAllowed', () => isAllowed);
  let verdicts: readonly string[] = [];
  const does = {
    'Sign in': () => stage.signIn(),
    'Steal it': () => stage.steal(),
    'Try it': async () => {
      verdicts = [...new Set((await stage.tryOut()).map(({ verdict }) => verdict))];
    },
    'Sign out': () => stage.signOut(),
    Protect: async () => {
      await world.protect(agent, [bearerOnly.auth, bearerOnly.mcp]);
      isAllowed = true;
      await page.bringToFront();
    },
    Reload: () => page.reload(),
  };
  await stage.open('v2', 1, 'bearer');
  await expect(page.getByRole('button', { name: 'Steal it' })).toBeDisabled();
  expect(await follow(stage, does)).toEqual(['Sign in', 'Steal it', 'Try it']);
  expect(verdicts).toEqual(['got-in']);

  await page.getByRole('button', { name: 'Act 2', exact: true }).click();
  await expect(page.frameLocator('iframe').getByText('Nothing yet')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Steal it' })).toBeDisabled();
  expect(await follow(stage, does)).toEqual(['Sign out', 'Protect', 'Reload', 'Sign in', 'Steal it', 'Try it']);
  expect(verdicts).toEqual(['refused']);
  expect(await readState(await openPopup(browser.context, agent.origin))).toBe('Held');

  // The drill is one of bound sessions: its servers are those that offer DPoP.
  await page.getByRole('button', { name: 'Act 3', exact: true }).click();
  await page.waitForURL(/act=3.*servers=dpop|servers=dpop.*act=3/);
  await expect(page.getByText('Play act 2 first.')).toBeVisible();
  await page.getByRole('button', { name: 'Act 1 Without protection' }).click();
  await expect(page.getByText('Holdfast protects this page already')).toBeVisible();
  await robbed.close();
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
  test(`the stage fits small pages in act ${act}, in both languages`, async ({ world }) => {
    const page = await newPage(world.shared);
    for (const language of ['en', 'ja'] as const) {
      const reading = await page.addInitScript((read) => {
        Object.defineProperty(Navigator.prototype, 'language', { get: () => read });
      }, language);
      await openStage(page, act, language);
      for (const size of SIZES) {
        await page.setViewportSize(size);
        const { texts, ...layout } = await layoutOf(page);
        expect({ language, size, ...layout }).toEqual({ language, size, overlaps: [], beyond: 0 });
        expect(texts).toBeGreaterThan(10);
        await expect(signInButton(page, language)).toBeInViewport({ ratio: 1 });
      }
      await reading.dispose();
    }
    if (act < 3) expect(await page.getByRole('main').textContent()).not.toMatch(/Sign|Steal|Protect|Click/);
  });
}
