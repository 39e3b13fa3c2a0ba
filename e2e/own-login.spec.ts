import { createHash, randomBytes } from 'node:crypto';
import type { AuthorizationServer } from '../src/demo/authorization-server.ts';
import type { Handler } from '../src/demo/loopback.ts';
import { loopbackFetch } from '../src/demo/loopback-fetch.ts';
import { signInByHand } from './support/by-hand.ts';
import { readStore } from './support/storage.ts';
import {
  call,
  consent,
  expect,
  expectBoundOnly,
  openAgent,
  signedIn,
  signIn,
  signInByRedirect,
  test,
} from './support/world.ts';

/** A site that lets people log in at the authorization server of its agent: its own server redeems the code, without DPoP. */
function createOwnLogin() {
  const verifier = randomBytes(32).toString('base64url');
  const sent: string[] = [];
  let client: { readonly auth: string; readonly site: string; readonly id: string } | undefined;

  const handler: Handler = async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://any.localhost');
    if (!client || !pathname.startsWith('/own-')) return;
    const redirect_uri = `${client.site}/own-callback`;
    if (pathname === '/own-login') {
      const query = new URLSearchParams({
        client_id: client.id,
        redirect_uri,
        response_type: 'code',
        scope: 'openid',
        state: 'resource=anything&request_uri=',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      });
      sent.push(`/auth?${query}`);
      response.writeHead(302, { location: `${client.auth}/auth?${query}` }).end();
      return;
    }
    const form = { grant_type: 'authorization_code', client_id: client.id, redirect_uri, code_verifier: verifier };
    const answer = await loopbackFetch(`${client.auth}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...form, code: searchParams.get('code') ?? '' }),
    });
    const { token_type, error_description: why } = await answer.json();
    response.writeHead(200, { 'content-type': 'text/html' }).end(`logged in: ${token_type ?? why}`);
  };

  async function register({ origin: auth }: AuthorizationServer, site: string): Promise<void> {
    const registered = await loopbackFetch(`${auth}/reg`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: [`${site}/own-callback`],
        token_endpoint_auth_method: 'none',
        application_type: 'web',
        dpop_bound_access_tokens: false,
      }),
    });
    client = { auth, site, id: (await registered.json()).client_id };
  }

  return { handler, register, sent };
}

test('a site whose agent is signed in logs people in at the same server, with requests as it makes them', async ({
  world,
}) => {
  const arrived: string[] = [];
  const own = createOwnLogin();
  const { auth, mcp } = await world.servers({
    binding: 'offered',
    auth: {
      intercept({ url = '' }) {
        if (url.startsWith('/auth?')) arrived.push(url);
        return false;
      },
    },
  });
  const agent = await world.agent('agent', own.handler);
  await own.register(auth, agent.origin);
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  const options = { sdk: 'v2', resource: mcp.resource } as const;
  await signIn(page, options);
  expect(arrived.splice(0)).toEqual([expect.stringContaining('&dpop_jkt=')]);

  await page.evaluate(() => location.assign('/own-login'));
  await consent(page);
  await expect(page.getByText('logged in: Bearer')).toBeVisible();
  expect(arrived.splice(0)).toEqual(own.sent);

  // The agent's next sign-in, with what it remembers of the server, names a key all the same.
  await page.goto(agent.origin);
  await page.waitForFunction(() => 'agent' in window);
  await page.evaluate(() => localStorage.removeItem('v2.a.tokens'));
  await signIn(page, options);
  await call(page);
  expect(arrived).toEqual([expect.stringContaining('&dpop_jkt=')]);
  expectBoundOnly(mcp);
});

test('a page that logs in to its own site by script gets its own tokens, beside an agent that is signed in', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers({ binding: 'offered' });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signInByRedirect(page, { sdk: 'v2', resource: mcp.resource });
  await signInByHand(page, { issuer: auth.issuer, resource: mcp.resource });
  const tokens = await page.evaluate(() => window.byHand.tokens());
  expect(auth.issued.accessTokens).toContain(tokens?.access_token);
  const requests = auth.log.filter(({ codeChallenge, path }) => codeChallenge && path === '/auth');
  expect(requests.map(({ dpopJkt }) => dpopJkt !== undefined)).toEqual([true, false]);
});

test('a sign-in that script makes without Holdfast’s key is noted, and those that its agent makes are not', async ({
  world,
}) => {
  const { auth, agent, browser, page } = await signedIn(world);
  const noted = async () =>
    (await readStore(browser, 'activity')).flatMap((line) =>
      line.agent === agent.origin && (line.kind === 'withoutKey' || line.kind === 'authorized') ? [line.kind] : [],
    );
  await expect.poll(noted).toEqual(['authorized']);
  await page.evaluate((action) => {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts allow-forms');
    frame.srcdoc = `<form method="POST" action="${action}"></form><script>document.forms[0].submit()</script>`;
    document.body.append(frame);
  }, `${auth.origin}/auth`);
  await expect.poll(noted).toEqual(['authorized', 'withoutKey']);
});
