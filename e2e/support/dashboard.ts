import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { type Browser, expect } from './world.ts';

/** Opens the dashboard at a place of its own, such as `#/activity`. */
export async function openDashboard({ context, id }: Browser, hash = ''): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`chrome-extension://${id}/src/ui/dashboard/index.html${hash}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

/** The rows of a table that are drawn, without its headings. */
export const rowsOf = (table: Locator): Locator => table.locator('tbody').getByRole('row');

export const tableOf = (page: Page, name = 'Sessions'): Locator => page.getByRole('table', { name });

/** What a column's cells say, in their order. */
export async function column(table: Locator, name: string): Promise<string[]> {
  const headings = await table.getByRole('columnheader').allTextContents();
  const index = headings.findIndex((heading) => heading.startsWith(name));
  return rowsOf(table).evaluateAll(
    (rows, at) => rows.map((row) => (row as HTMLTableRowElement).cells[at]?.textContent ?? ''),
    index,
  );
}

/** Waits until each of a column's cells says this. */
export async function expectColumn(table: Locator, name: string, said: string): Promise<void> {
  await expect.poll(async () => [...new Set(await column(table, name))]).toEqual([said]);
}

/** What a fact says. */
export const fact = (place: Page | Locator, name: string): Locator =>
  place
    .getByRole('term')
    .filter({ hasText: new RegExp(`^${name}`) })
    .locator('xpath=following-sibling::dd[1]');

/** Presses Tab until this has the focus. */
export async function tabTo(page: Page, wanted: Locator, most = 60): Promise<void> {
  const focused = () => wanted.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < most && !(await focused()); presses += 1) await page.keyboard.press('Tab');
  await expect(wanted).toBeFocused();
}

/** Milliseconds that the page's thread works for something: other processes on a busy machine do not count. */
export async function workOf(page: Page, action: () => Promise<unknown>): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const worked = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
  };
  const before = await worked();
  await action();
  const after = await worked();
  await devtools.detach();
  return Math.round(after - before);
}

/**
 * Nothing serious is found by axe in light and dark, in forced colours, and at 200 % zoom.
 *
 * @param part a selector, where only that is new
 */
export async function expectNoBarriers(page: Page, part?: string): Promise<void> {
  await expectAccessible(page, ['light', 'dark', 'forced'], part);
  // At 200 % a window has half as many CSS pixels.
  const size = page.viewportSize();
  await page.setViewportSize({ width: 720, height: 450 });
  await expectAccessible(page, []);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, 'nothing has to be scrolled sideways at 200 %').toBeLessThanOrEqual(0);
  if (size) await page.setViewportSize(size);
}

/** Exports the activity that is shown. */
export async function exported(page: Page, format: 'JSON' | 'CSV'): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Export ${format}` }).click(),
  ]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}
