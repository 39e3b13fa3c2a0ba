import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible, expectZoomable } from './support/accessible.ts';
import { popups } from './support/over-page.ts';
import { called, test as viewTest } from './support/views.ts';
import { type Browser, expect, startBrowser, test } from './support/world.ts';

const welcomes = ({ context }: Browser): Page[] => context.pages().filter((page) => page.url().includes('/welcome/'));

test('a page greets whoever installs Holdfast, behind what is in front, and never again', {
  tag: '@waits',
}, async () => {
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const browser = await startBrowser({ profile });
  await expect.poll(() => welcomes(browser).length).toBe(1);
  const [welcome] = welcomes(browser);
  const inFront = await (await browser.worker()).evaluate(async () => {
    const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
    return tab?.url ?? tab?.pendingUrl ?? '';
  });
  expect(inFront).not.toContain('/welcome/');
  await welcome?.bringToFront();
  await welcome?.getByRole('button', { name: 'Open Holdfast' }).click();
  await expect.poll(() => popups(browser)).toBe(1);
  await browser.context.close();

  const again = await startBrowser({ profile });
  await again.worker();
  const page = await again.context.newPage();
  await page.goto(`chrome-extension://${again.id}/src/ui/popup/index.html`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(welcomes(again)).toEqual([]);
  await again.context.close();
  await rm(profile, { recursive: true, force: true });
});

viewTest('it says what Holdfast is, how to begin and what it does not do, and opens it', async ({ views }) => {
  const page = await views.welcome();
  await expect(page.getByRole('heading', { level: 1, name: 'Your agents’ sessions, bound to a key' })).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveCount(3);
  await expect(page.getByText('It is kept by your browser, not by a chip')).toBeVisible();
  await expect(page.getByText('its own script can still use its session')).toBeVisible();
  await expect(page.getByRole('button')).toHaveCount(1);

  await page.getByText('The words that Holdfast uses').click();
  await expect(page.getByRole('term').filter({ hasText: /^Handle$/ })).toBeVisible();
  await expectAccessible(page, ['light', 'dark', 'forced']);
  await expectZoomable(page);

  await page.getByRole('button', { name: 'Open Holdfast' }).click();
  expect((await called(page)).map(({ name }) => name)).toEqual(['action.openPopup']);
});
