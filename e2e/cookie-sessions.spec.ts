import { readStore } from './support/storage.ts';
import { expect, openAgent, openPopup, test } from './support/world.ts';

const REGISTRATION = '(ES256 RS256);path="/start";challenge="challenge-secret"';

test('cookie sessions that the browser binds are listed as its own, and no challenge is kept', async ({ world }) => {
  const agent = await world.agent('mail', async (request, response) => {
    if (request.url?.startsWith('/login')) response.setHeader('Secure-Session-Registration', REGISTRATION);
    if (request.url?.startsWith('/renew')) response.setHeader('Sec-Session-Challenge', '"challenge-secret";id="s"');
  });
  const other = await world.site('other', async (_, response) => {
    response.setHeader('Secure-Session-Registration', REGISTRATION);
    response.setHeader('Access-Control-Allow-Origin', '*').end('other');
  });
  const browser = await world.protect(agent, []);
  const page = await openAgent(browser, agent, '/login');
  await page.evaluate((url) => fetch(url), `${other.origin}/login`);
  await page.evaluate(() => fetch('/renew'));

  const popup = await openPopup(browser, agent.origin);
  const card = popup.getByRole('region', { name: 'Cookie sessions of this site' });
  await expect(card).toContainText('Bound by the browser');
  await expect(card).toContainText('ES256 RS256');

  await popup.setViewportSize({ width: 1200, height: 700 });
  await popup.goto(`chrome-extension://${browser.id}/src/ui/dashboard/index.html#/cookies`);
  const row = popup.getByRole('row', { name: new RegExp(new URL(agent.origin).host) });
  await expect(row).toContainText('/start');
  await expect(row).toContainText('ES256');
  await expect(row.getByRole('cell').last()).not.toContainText('not seen');
  // A site that is not protected is nobody's business.
  await expect(popup.getByRole('row', { name: new RegExp(new URL(other.origin).host) })).toHaveCount(0);
  expect(JSON.stringify(await readStore(browser, 'cookieSessions'))).not.toContain('secret');
});
