import { badgeOf, openPopupOver } from './support/over-page.ts';
import { call, expect, sessionsIn, signedIn, stopWorker, test } from './support/world.ts';

test('a background that was ended and starts again does not take its pages for lost', async ({ world }) => {
  const { browser, page } = await signedIn(world);
  await stopWorker(browser);
  const popup = await openPopupOver(browser, page);
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
  await expect(popup.getByRole('button', { name: 'Reload the page' })).toHaveCount(0);
  await call(page);
  await expect.poll(() => badgeOf(browser, page)).toBe('1');
});
