import { extensionPage } from './support/extension-page.ts';
import { badgeOf, openPopupOver, popups } from './support/over-page.ts';
import {
  type Browser,
  call,
  expect,
  openAgent,
  openPopup,
  sessionsIn,
  signedIn,
  stopWorker,
  test,
} from './support/world.ts';

test('a background that was ended and starts again does not take its pages for lost', async ({ world }) => {
  const { browser, page } = await signedIn(world);
  await stopWorker(browser);
  const popup = await openPopupOver(browser, page);
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
  await expect(popup.getByRole('button', { name: 'Reload the page' })).toHaveCount(0);
  await call(page);
  await expect.poll(() => badgeOf(browser, page)).toBe('1');
});

test('Chrome’s dialog closes the popup; when it was answered with yes, the popup is there again', {
  tag: '@waits',
}, async ({ world }) => {
  const agent = await world.agent();
  const browser = await world.browser();
  const page = await openAgent(browser, agent);
  const closed = await noteClosedView(browser);
  const popup = await openPopup(browser, agent.origin);
  await popup.evaluate(() => {
    chrome.permissions.request = () => new Promise(() => undefined); // as while Chrome’s dialog is open
  });
  await popup.getByRole('button', { name: 'Protect this site' }).click();
  await expect(popup.getByRole('button', { name: 'Protect this site' })).toBeDisabled();
  await popup.close();
  await closed(); // a person's yes comes long after that
  const view = await extensionPage(browser);
  await page.bringToFront();
  await view.evaluate((origin) => chrome.permissions.request({ origins: [`${origin}/*`] }), agent.origin);
  // Chrome may take its time on a busy machine.
  await expect.poll(() => popups(browser), { intervals: [100], timeout: 20_000 }).toBe(1);
});

/** Until the background has heard that the next view is gone; its own listener is the first. */
async function noteClosedView(browser: Browser): Promise<() => Promise<void>> {
  const worker = await browser.worker();
  await worker.evaluate(() => {
    const viewGone = new Promise((resolve) => {
      chrome.runtime.onConnect.addListener((port) => port.onDisconnect.addListener(() => resolve(undefined)));
    });
    Object.assign(globalThis, { viewGone });
  });
  return () => worker.evaluate(() => (globalThis as unknown as { viewGone: Promise<void> }).viewGone);
}
