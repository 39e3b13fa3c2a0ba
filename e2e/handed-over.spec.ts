import type { Page } from '@playwright/test';
import type { Handler } from '../src/demo/loopback.ts';
import { loopbackFetch } from '../src/demo/loopback-fetch.ts';
import { chooseIn } from './support/menu.ts';
import { call, callAnew, expect, openAgent, openPopup, sessionsIn, signIn, test } from './support/world.ts';

/** The agent's own backend: it uses the token that the page sends it, in a header or in JSON, at the agent's MCP server. */
function backend(mcp: { readonly resource: string }, got: string[]): Handler {
  return async (request, response) => {
    if (request.method === 'OPTIONS') {
      response.writeHead(204, {
        'access-control-allow-origin': '*',
        'access-control-allow-headers': '*, authorization',
      });
      return void response.end();
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    got.push(`${request.headers.authorization} ${body}`);
    const authorization = request.headers.authorization ?? `Bearer ${JSON.parse(body).mcp.token}`;
    const { status } = await loopbackFetch(mcp.resource, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    });
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end(String(status));
  };
}

/** What the MCP server answers the agent's backend, by the header and by JSON. */
const throughBackend = (page: Page, url: string) =>
  page.evaluate(async (to) => {
    const { access_token: token } = window.agent.tokens('v2');
    const ask = (init: RequestInit) =>
      fetch(to, { method: 'POST', ...init }).then((answer) => (answer.ok ? answer.text() : String(answer.status)));
    const json = { 'content-type': 'application/json' };
    return [
      await ask({ headers: { authorization: `Bearer ${token}` }, body: 'hello' }),
      await ask({ headers: json, body: JSON.stringify({ mcp: { token } }) }),
    ];
  }, url);

test('an agent that passes its token on is told of, works once it is let hold its tokens, and is held again', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers({ binding: 'none' });
  const agent = await world.agent();
  const got: string[] = [];
  const api = await world.site('api', backend(mcp, got));
  const browser = await world.protect(agent, [auth, mcp]);
  const options = { sdk: 'v2', resource: mcp.resource } as const;
  const page = await openAgent(browser, agent);
  await signIn(page, options);
  await call(page);

  const handle = await page.evaluate(() => window.agent.tokens('v2').access_token);
  expect(await throughBackend(page, api.origin)).toEqual(['403', '401']); // in a header the handle does not even leave
  expect(got).toEqual([`undefined ${JSON.stringify({ mcp: { token: handle } })}`]);
  const popup = await openPopup(browser, agent.origin);
  const card = sessionsIn(popup).getByRole('article');
  await expect(card).toContainText('passes its handle on to a server where it cannot work');
  await expect(card.getByRole('listitem').filter({ hasText: new URL(api.origin).host })).toBeVisible();
  await expect(card.getByText('Held', { exact: true })).toBeVisible();

  await card.getByRole('button', { name: 'Let this agent hold its tokens' }).click();
  await card.getByRole('button', { name: 'Let it hold them' }).click();
  await expect(card).toContainText('is to hold these tokens');
  await callAnew(page, auth, mcp);
  expect(await throughBackend(page, api.origin)).toEqual(['200', '200']);
  await expect(card.getByText('Exposed', { exact: true })).toBeVisible();
  await expect(card).toContainText('was let hold its tokens');

  await card.getByRole('button', { name: 'Keep them in Holdfast again' }).click();
  await expect(card).toContainText('Sign out on the agent’s site and in again');
  await page.evaluate(() => localStorage.clear());
  await page.goto(agent.origin);
  await page.waitForFunction(() => 'agent' in window);
  await signIn(page, options);
  expect(await page.evaluate(() => window.agent.tokens('v2').access_token)).toMatch(/^hf_/);
  await expect(sessionsIn(popup).getByText('Held', { exact: true })).toBeVisible();

  // What was let is over with the protection.
  const again = sessionsIn(popup)
    .getByRole('article')
    .filter({ has: popup.getByText('Held', { exact: true }) });
  await again.getByRole('button', { name: 'Details' }).click();
  await again.getByRole('button', { name: 'Let this agent hold its tokens' }).click();
  await sessionsIn(popup).getByRole('button', { name: 'Let it hold them' }).click();
  const stored = () =>
    popup.evaluate(async (key) => JSON.stringify(await chrome.storage.sync.get(key)), `policy ${agent.origin}`);
  await expect.poll(stored).toContain(mcp.resource);
  await chooseIn(popup, 'Protected', 'Stop protecting…');
  await popup.getByRole('button', { name: 'Stop protecting' }).click();
  await expect.poll(stored).not.toContain(mcp.resource);
});
