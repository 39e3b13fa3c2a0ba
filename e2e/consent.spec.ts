import { signedInByHand } from './support/by-hand.ts';
import { openDashboard } from './support/dashboard.ts';
import {
  call,
  expect,
  expectBoundOnly,
  finishSignIn,
  openAgent,
  openPopup,
  sessionsIn,
  signedIn,
  startSignIn,
  test,
} from './support/world.ts';

const sdk = 'v2';

test('a server that one agent was allowed is asked about for another, and nothing goes there before', async ({
  world,
}) => {
  const { auth, mcp, browser } = await signedIn(world);
  const other = await world.agent('other');
  await world.protect(other, []);
  const page = await openAgent(browser, other);
  const popup = await openPopup(browser, other.origin);
  const before = auth.log.filter(({ proofs }) => proofs > 0).length;
  const options = { sdk, resource: mcp.resource, account: 'b' } as const;
  const started = startSignIn(page, options);
  await expect(popup.getByRole('heading', { name: `${new URL(other.origin).host} wants to sign in` })).toBeVisible();
  expect(auth.log.filter(({ proofs }) => proofs > 0)).toHaveLength(before);
  // Chrome has the hosts: no dialog of its own is needed.
  await popup.getByRole('button', { name: 'Allow', exact: true }).click();
  await started;
  await finishSignIn(page, options);
  await call(page, 'list_notes', {}, 'b');
  expectBoundOnly(mcp);
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
});

test('script cannot take a session without a resource to a server that was allowed to somebody else', async ({
  world,
}) => {
  const seen: string[] = [];
  const evil = await world.site('evil', (request, response) => {
    seen.push(`${request.method} ${request.headers.authorization}`);
    response.writeHead(204, { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }).end();
  });
  const { agent, browser, page } = await signedInByHand(world, { discovers: true });
  await world.protect(await world.agent('other'), [evil]);
  const popup = await openPopup(browser, agent.origin);
  const asking = page.evaluate(async (url) => {
    const { access_token } = window.byHand.tokens() as { access_token: string };
    const headers = {
      authorization: `Bearer ${access_token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    };
    const answer = await fetch(url, { method: 'POST', headers, body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' });
    return answer.status;
  }, `${evil.origin}/mcp`);
  await popup.getByRole('button', { name: 'Not now' }).click();
  expect(await asking).toBe(403);
  expect(seen).toEqual([]);
});

test('what is taken back in the dashboard is asked for again, and no token goes there meanwhile', async ({ world }) => {
  const { mcp, agent, browser, page } = await signedIn(world);
  const settings = await openDashboard(browser, '#/settings');
  const site = settings.getByRole('article', { name: new URL(agent.origin).host });
  await site.getByText('2 servers allowed').click();
  await site.getByRole('button', { name: `Take back ${new URL(mcp.origin).host}` }).click();
  await expect(site.getByText('1 server allowed')).toBeVisible();

  const popup = await openPopup(browser, agent.origin);
  const before = mcp.log.length;
  const calling = call(page);
  const allow = popup.getByRole('button', { name: 'Allow', exact: true });
  await expect(allow).toBeVisible();
  expect(mcp.log).toHaveLength(before);
  await allow.click();
  await calling;
  expectBoundOnly(mcp);
});
