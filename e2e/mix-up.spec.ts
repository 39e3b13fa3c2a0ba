import type { Page } from '@playwright/test';
import type { AuthorizationServer } from '../src/demo/authorization-server.ts';
import { resourceMetadataUrl } from '../src/protocol/oauth/well-known.ts';
import { signInByHand } from './support/by-hand.ts';
import { revokeIn } from './support/menu.ts';
import {
  type Browser,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  sessionsIn,
  test,
  type World,
} from './support/world.ts';

const METADATA = '/.well-known/oauth-authorization-server';

/** An authorization server whose valid metadata name the endpoints of another, and its own place to revoke tokens. */
async function impostor(world: World, name: string, { origin: honest }: AuthorizationServer) {
  const bodies: string[] = [];
  const site = await world.site(name, async (request, response) => {
    const cors = { 'access-control-allow-origin': '*', 'content-type': 'application/json' };
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.method === 'POST') bodies.push(`${request.url} ${body}`);
    response.writeHead(200, cors).end(
      JSON.stringify({
        issuer: site.origin,
        authorization_endpoint: `${honest}/auth`,
        token_endpoint: `${honest}/token`,
        pushed_authorization_request_endpoint: `${honest}/request`,
        revocation_endpoint: `${site.origin}/revoke`,
        introspection_endpoint: `${site.origin}/introspect`,
        response_types_supported: ['code'],
        dpop_signing_alg_values_supported: ['ES256'],
      }),
    );
  });
  return { ...site, bodies };
}

const read = (page: Page, url: string) =>
  page.evaluate((wanted) => fetch(wanted).then((response) => response.json()), url);

/** The person revokes the only session of an agent: its own server hears of it and confirms, and nobody else. */
async function expectRevokedAtHome(
  browser: Browser,
  agent: { origin: string },
  auth: AuthorizationServer,
  evil: { bodies: string[] },
): Promise<void> {
  const popup = await openPopup(browser, agent.origin);
  const card = sessionsIn(popup).getByRole('article');
  await revokeIn(card);
  await expect(card.getByText('The authorization server confirmed it.')).toBeVisible();
  expect(auth.log.some(({ endpoint, status }) => endpoint === 'revocation' && status === 200)).toBe(true);
  expect(evil.bodies).toEqual([]);
}

test('a server that names another’s endpoints, read by some other agent, gets no token of a sign-in that is pushed there', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers();
  const evil = await impostor(world, 'a-evil', auth);
  const [agent, other] = [await world.agent(), await world.agent('other')];
  const browser = await world.protect(agent, [auth, mcp]);
  await world.protect(other, [evil, auth]); // whose endpoints it names
  await read(await openAgent(browser, other), evil.origin + METADATA);

  const page = await openAgent(browser, agent);
  const options = { issuer: auth.issuer, resource: mcp.resource, namesResource: true, discovers: true, pushes: true };
  await signInByHand(page, options);
  expect((await page.evaluate(() => window.byHand.call('list_notes'))).status).toBe(200);
  await expectRevokedAtHome(browser, agent, auth, evil);
  expectBoundOnly(mcp);
});

test('a server that names another’s endpoints, read last by the agent itself, gets no token of a sign-in there', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers();
  const evil = await impostor(world, 'z-evil', auth);
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp, evil]);
  const page = await openAgent(browser, agent);
  await read(page, resourceMetadataUrl(mcp.resource));
  for (const { origin } of [auth, evil]) await read(page, origin + METADATA);
  await signInByHand(page, { issuer: auth.issuer, resource: mcp.resource, namesResource: true });
  expect(auth.log.find(({ codeChallenge }) => codeChallenge)?.dpopJkt).toBeDefined();
  expect((await page.evaluate(() => window.byHand.call('list_notes'))).status).toBe(200);
  const handle = await page.evaluate(() => window.byHand.tokens()?.refresh_token ?? '');
  await page.evaluate(([url, token]) => fetch(url, { method: 'POST', body: new URLSearchParams({ token }) }), [
    `${evil.origin}/introspect`,
    handle,
  ] as const);
  expect(evil.bodies.splice(0)).toEqual([`/introspect token=${handle}`]);
  await expectRevokedAtHome(browser, agent, auth, evil);
  expectBoundOnly(mcp);
});
