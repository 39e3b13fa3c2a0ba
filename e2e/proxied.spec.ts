import type { Intercept } from '../src/demo/loopback.ts';
import { openPopupOver } from './support/over-page.ts';
import { activityCodes } from './support/storage.ts';
import { call, expect, openAgent, openPopup, sessionsIn, signedIn, signIn, test } from './support/world.ts';

const INSIDE = 'inside.localhost:8080';
const SAID = 'refused a proof in which Holdfast finds nothing wrong. Behind a proxy';

// What is right with a proof, and what is not: prove.test.ts and clocks.test.ts.
test('an authorization server behind a proxy that takes itself for another: a sign-in that it refuses is said in popup and log', async ({
  world,
}) => {
  let isMended = false;
  const intercept: Intercept = ({ method, url, headers }) => {
    if (method === 'POST' && url === '/token' && !isMended) headers.host = INSIDE;
    return false;
  };
  const { auth, mcp } = await world.servers({ binding: 'offered', auth: { intercept } });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await expect(signIn(page, { sdk: 'v2', resource: mcp.resource })).rejects.toThrow();
  await expect.poll(() => activityCodes(browser, agent.origin)).toContain('sound_proof_refused');
  const popup = await openPopupOver(browser, page);
  const said = popup.getByText(`The last sign-in at ${new URL(auth.origin).host} came to nothing`);
  await expect(said).toContainText(SAID);
  await popup.close();

  isMended = true;
  const again = await openAgent(browser, agent);
  await signIn(again, { sdk: 'v2', resource: mcp.resource });
  const next = await openPopupOver(browser, again);
  await expect(sessionsIn(next).getByText('Bound', { exact: true })).toBeVisible();
  await expect(next.getByText(SAID)).toHaveCount(0);
});

test('an MCP server behind a proxy that takes itself for another: its session says so until it is mended', async ({
  world,
}) => {
  let isProxied = false;
  const intercept: Intercept = ({ method, url, headers }, response) => {
    if (!isProxied || method !== 'POST' || url !== '/mcp') return false;
    response.writeHead(401, {
      'access-control-allow-origin': headers.origin ?? '*',
      'access-control-expose-headers': 'WWW-Authenticate',
      'www-authenticate': 'DPoP error="invalid_dpop_proof", algs="ES256"',
    });
    response.end();
    return true;
  };
  const { mcp, agent, browser, page } = await signedIn(world, { mcp: { intercept } });
  isProxied = true;
  await expect(call(page)).rejects.toThrow();
  const card = sessionsIn(await openPopup(browser, agent.origin)).getByRole('article');
  await expect(card).toContainText(`${new URL(mcp.origin).host} ${SAID}`);
  await expect.poll(() => activityCodes(browser, agent.origin)).toContain('sound_proof_refused');
  isProxied = false;
  await call(page);
  await expect(card.getByText('Safe to use.')).toBeVisible();
});
