import type { Intercept } from '../src/demo/loopback.ts';
import { openPopupOver } from './support/over-page.ts';
import { choose } from './support/policy.ts';
import { answerMetadata } from './support/promise.ts';
import { activityCodes } from './support/storage.ts';
import { call, expect, openAgent, openPopup, sessionsIn, signIn, test } from './support/world.ts';

// What else there is in common, and what is armed: algorithms.test.ts.
test('an MCP server and an authorization server without an algorithm in common: the agent works, held, and its session says why', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers({
    binding: 'offered',
    auth: { dpopAlgorithms: ['ES256'] },
    mcp: { dpopAlgorithms: ['RS256'] },
  });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  await call(page);
  expect(auth.log.some(({ dpopJkt, proofs }) => dpopJkt || proofs)).toBe(false);
  const card = sessionsIn(await openPopup(browser, agent.origin)).getByRole('article');
  await expect(card.getByText('Held', { exact: true })).toBeVisible();
  await expect(card).toContainText('take no algorithm in common that Holdfast has');
  await expect.poll(() => activityCodes(browser, agent.origin)).toContain('no_algorithm');
});

test('a policy of algorithms that the servers do not take: the agent works, held, and its session says why', async ({
  world,
}) => {
  const algorithms = { dpopAlgorithms: ['RS256'] };
  const { auth, mcp } = await world.servers({ binding: 'offered', auth: algorithms, mcp: algorithms });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  await choose(browser, agent.origin, 'ES256', true);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  await call(page);
  const card = sessionsIn(await openPopup(browser, agent.origin)).getByRole('article');
  await expect(card.getByText('Held', { exact: true })).toBeVisible();
  await expect(card).toContainText('The site’s policy allows none of the algorithms that these servers take');
});

test('an MCP server that demands bound tokens, whose authorization server offers none: its session says who has to mend that', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers({ auth: { binding: 'none' }, mcp: { binding: 'required' } });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await expect(signIn(page, { sdk: 'v1', resource: mcp.resource })).rejects.toThrow();
  const card = sessionsIn(await openPopup(browser, agent.origin)).getByRole('article');
  await expect(card.getByText('Held', { exact: true })).toBeVisible();
  await expect(card).toContainText('Their operators have to make the two agree');
  await expect.poll(() => activityCodes(browser, agent.origin)).toContain('contradiction');
});

test('an authorization server that demands proofs and does not say so: its refusal is said to contradict the MCP server', async ({
  world,
}) => {
  const intercept: Intercept = (request, response) => answerMetadata(request, response, {});
  const { auth, mcp } = await world.servers({ auth: { intercept } });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await expect(signIn(page, { sdk: 'v1', resource: mcp.resource })).rejects.toThrow();
  const popup = await openPopupOver(browser, page);
  const said = popup.getByText(`The last sign-in at ${new URL(auth.origin).host} came to nothing`);
  await expect(said).toContainText('Their operators have to make the two agree');
});

test('metadata that name another issuer than their address: the agent works as without Holdfast, and its session says whose fault it is', async ({
  world,
}) => {
  const intercept: Intercept = (request, response) =>
    answerMetadata(request, response, {
      issuer: 'https://login.example',
      dpop_signing_alg_values_supported: ['ES256'],
    });
  const { auth, mcp } = await world.servers({ binding: 'offered', auth: { intercept } });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v1', resource: mcp.resource });
  await call(page);
  const card = sessionsIn(await openPopup(browser, agent.origin)).getByRole('article');
  await expect(card.getByText('Exposed', { exact: true })).toBeVisible();
  await expect(card).toContainText('names another issuer than its address does');
  await expect(card).toContainText('The server’s operator has to correct that (RFC 8414 §3.3)');
  await card.getByRole('button', { name: 'What can I do?' }).click();
  await expect(card).toContainText(/Only the people who run .* can change that: send them the sentence above/);
  await expect.poll(() => activityCodes(browser, agent.origin)).toContain('issuer_mismatch');
});
