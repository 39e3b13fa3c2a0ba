import type { Frame, Page } from '@playwright/test';
import type { AuthorizationServer } from '../src/demo/authorization-server.ts';
import { loopbackFetch } from '../src/demo/loopback-fetch.ts';
import { signedInByHand } from './support/by-hand.ts';
import { framed } from './support/framed.ts';
import { createLatch } from './support/latch.ts';
import { createSwitch } from './support/switched.ts';
import {
  clearLog,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  sessionsIn,
  shareScene,
  test,
} from './support/world.ts';

/** Headers that a reply of the test's own needs, so that a page may read it (CORS). */
const READABLE = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'www-authenticate' };

test('an agent that speaks by XMLHttpRequest discovers, signs in, refreshes and calls, all of it bound', async ({
  world,
}) => {
  const { auth, mcp, page } = await signedInByHand(world, { by: 'xhr', discovers: true, namesResource: true });
  const answer = await page.evaluate(() => window.byHand.call('list_notes'));
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('owner');
  const before = auth.issued.accessTokens.length;
  expect((await page.evaluate(() => window.byHand.refresh())).status).toBe(200);
  expect(auth.issued.accessTokens.length).toBe(before + 1);
  expect((await page.evaluate(() => window.byHand.call('list_notes'))).status).toBe(200);
  expectBoundOnly(mcp);
  expect(auth.log.find(({ codeChallenge }) => codeChallenge)?.dpopJkt).toMatch(/^[\w-]{43}$/);
  expect(await page.evaluate(() => window.byHand.tokens())).toMatchObject({
    access_token: expect.stringMatching(/^hf_/),
    refresh_token: expect.stringMatching(/^hfr_/),
    token_type: 'Bearer',
  });
});

test.describe('an agent that reads no metadata', () => {
  test('is bound at its token request, through the metadata of the resource that it names', async ({ world }) => {
    const { agent, auth, mcp, browser, page } = await signedInByHand(world, { namesResource: true });
    expect((await page.evaluate(() => window.byHand.call('list_notes'))).status).toBe(200);
    expectBoundOnly(mcp);
    expect(auth.log.find(({ codeChallenge }) => codeChallenge)?.dpopJkt).toBeUndefined();
    const popup = await openPopup(browser, agent.origin);
    const card = sessionsIn(popup).getByRole('article');
    await expect(card.getByRole('strong')).toHaveText('Bound');
    await card.getByText('Details').click();
    await expect(card.getByRole('definition').getByText('not bound', { exact: true })).toBeVisible();
  });

  test('and names no resource goes on as without Holdfast, and shows as exposed', async ({ world }) => {
    const { agent, auth, mcp, browser, page } = await signedInByHand(world, {}, { binding: 'offered' });
    expect((await page.evaluate(() => window.byHand.call('list_notes'))).status).toBe(200);
    const tokens = await page.evaluate(() => window.byHand.tokens());
    expect(auth.issued.accessTokens).toContain(tokens?.access_token);
    expect([...auth.log, ...mcp.log].every(({ proofs }) => proofs === 0)).toBe(true);
    const popup = await openPopup(browser, agent.origin);
    const card = sessionsIn(popup).getByRole('article');
    await expect(card.getByRole('strong')).toHaveText('Exposed');
  });
});

test('a session without a resource gets the first MCP server that it is used at, and only that', async ({ world }) => {
  const seen: string[] = [];
  const second = await world.site('second', (request, response) => {
    seen.push(`${request.method} ${request.headers.authorization} ${request.headers.dpop}`);
    const allowed = request.headers['access-control-request-headers'] ?? '';
    const status = request.method === 'OPTIONS' ? 204 : 401;
    response.writeHead(status, { ...READABLE, 'access-control-allow-headers': allowed }).end();
  });
  const { agent, mcp, browser, page } = await signedInByHand(world, { discovers: true }, {}, [second]);
  const handle = await page.evaluate(() => window.byHand.tokens()?.access_token);
  expect(handle).toMatch(/^hf_/);
  const popup = await openPopup(browser, agent.origin);
  const card = sessionsIn(popup).getByRole('article');
  await expect(card.getByRole('heading')).toHaveText('server not used yet');

  // Another use of the token than an MCP request says nothing of where the MCP server is.
  const me = page.evaluate(
    ([url, token]) => fetch(url, { headers: { authorization: `Bearer ${token}` } }).then(({ status }) => status),
    [`${second.origin}/api/me`, handle ?? ''] as const,
  );
  expect(await me).toBe(403);
  expect((await page.evaluate(() => window.byHand.call('list_notes'))).status).toBe(200);
  expectBoundOnly(mcp);
  await expect(card.getByRole('heading')).toHaveText(`${new URL(mcp.resource).host}/mcp`);

  const elsewhere = await page.evaluate(
    (url) => window.byHand.rpc('tools/list', {}, null, url),
    `${second.origin}/mcp`,
  );
  expect(elsewhere.status).toBe(403);
  expect(seen).toEqual([]);
  await expect(card.getByRole('heading')).toHaveText(`${new URL(mcp.resource).host}/mcp`);
});

test('an agent that pushes its authorization request is bound, its code too', async ({ world }) => {
  const options = { discovers: true, namesResource: true, pushes: true };
  const asked: string[] = [];
  const { agent, auth, mcp, browser, page } = await signedInByHand(world, options, {
    auth: {
      intercept: async ({ url = '' }) => {
        if (url.startsWith('/auth?')) asked.push(url);
        return false;
      },
    },
  });
  // The key was named in the pushed request, and is not named once more beside it (RFC 9126 §4).
  expect(asked).toEqual([expect.not.stringContaining('dpop_jkt')]);
  expect(asked[0]).toContain('request_uri=');
  expect((await page.evaluate(() => window.byHand.call('list_notes'))).status).toBe(200);
  expectBoundOnly(mcp);
  const pushed = auth.log.filter(({ endpoint, method }) => endpoint === 'par' && method === 'POST');
  expect(pushed.at(-1)).toMatchObject({ status: 201, proofs: 1, origin: agent.origin });
  expect(pushed.at(-1)?.dpopJkt).toMatch(/^[\w-]{43}$/);
  const card = sessionsIn(await openPopup(browser, agent.origin)).getByRole('article');
  await card.getByText('Details').click();
  await expect(
    card.getByRole('button', { name: `Copy the thumbprint ${pushed.at(-1)?.dpopJkt}` }).first(),
  ).toBeVisible();
  await expect(card.getByRole('definition').getByText('bound to the key', { exact: true })).toBeVisible();
});

test('what a server says beside its tokens reaches the page, and no token with it', async ({ world }) => {
  const { auth, page } = await signedInByHand(
    world,
    { discovers: true, namesResource: true },
    {
      auth: {
        intercept({ method, url }, response) {
          if (method !== 'POST' || url !== '/token') return false;
          const end = response.end.bind(response);
          response.end = ((body: string) => {
            const said = JSON.parse(body);
            const more = { sub: 'ada', workspace: { name: 'Notes', link: `https://notes/#${said.access_token}` } };
            const text = JSON.stringify({ ...said, ...more });
            response.setHeader('content-length', text.length);
            return end(text);
          }) as typeof response.end;
          return false;
        },
      },
    },
  );
  const tokens = await page.evaluate(() => window.byHand.tokens());
  expect(tokens).toMatchObject({
    sub: 'ada',
    workspace: { name: 'Notes', link: `https://notes/#${tokens?.access_token}` },
    access_token: expect.stringMatching(/^hf_/),
  });
  expect(auth.issued.accessTokens).toHaveLength(1);
});

test.describe('an agent that is signed in', () => {
  const [onAuth, onMcp] = [createSwitch(), createSwitch()];
  const options = { discovers: true, namesResource: true };
  const scene = shareScene(async (world) => {
    const servers = { auth: { intercept: onAuth.intercept }, mcp: { intercept: onMcp.intercept } };
    const made = await signedInByHand(world, options, servers);
    return { ...made, clientId: made.auth.log.findLast(({ clientId }) => clientId)?.clientId ?? '' };
  });

  test.beforeEach(() => {
    for (const server of [scene().auth, scene().mcp]) clearLog(server);
    for (const server of [onAuth, onMcp]) server.set(undefined);
  });

  test('a page may ask about its tokens by their handles, and hears what the server says', async () => {
    const { agent, page, mcp, browser } = scene();
    const about = (
      which: 'access_token' | 'refresh_token',
      endpoint: 'introspection_endpoint' | 'revocation_endpoint',
    ) =>
      page.evaluate(([token, what]) => window.byHand.about(window.byHand.tokens()?.[token] ?? '', what), [
        which,
        endpoint,
      ] as const);
    expect(JSON.parse((await about('refresh_token', 'introspection_endpoint')).text)).toMatchObject({ active: true });
    // This server cannot take back access tokens, which are JWTs; the grant goes on.
    expect(JSON.parse((await about('access_token', 'revocation_endpoint')).text).error).toBe('unsupported_token_type');
    expect((await page.evaluate(() => window.byHand.call('list_notes'))).status).toBe(200);
    expectBoundOnly(mcp);
    const card = sessionsIn(await openPopup(browser, agent.origin)).getByRole('article');
    await expect(card.getByRole('strong')).toHaveText('Bound');
  });

  test('a frame of the agent’s own origin works with its session', async () => {
    const { agent, mcp, page } = scene();
    const frame = await framed(page, `${agent.origin}/framed`);
    await frame.waitForFunction(() => 'byHand' in window);
    const calling = (place: Page | Frame) => place.evaluate(() => window.byHand.call('list_notes'));
    await calling(frame);
    await Promise.all([calling(page), calling(frame)]);
    expectBoundOnly(mcp);
    expect(mcp.log.filter(({ tool, status }) => tool && status === 200)).toHaveLength(3);
  });

  test('two tabs that refresh at the same moment cost one refresh at the server', async () => {
    let refreshing = 0;
    const held = createLatch();
    const { agent, auth, mcp, browser, page } = scene();
    const before = auth.issued.refreshTokens.length;
    const second = await openAgent(browser, agent);
    onAuth.set(async ({ url, method }) => {
      if (url !== '/token' || method !== 'POST') return false;
      refreshing += 1;
      await held.opened;
      return false;
    });
    const first = page.evaluate(() => window.byHand.refresh());
    await expect.poll(() => refreshing).toBe(1);
    // The second tab has asked, too, once requests that it makes later were answered.
    const other = second.evaluate(() => window.byHand.refresh());
    for (let index = 0; index < 2; index += 1) await second.evaluate(() => window.byHand.rpc('tools/list'));
    held.open();
    const answers = await Promise.all([first, other]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[0].text).toBe(answers[1].text);
    expect(auth.log.filter(({ grantType }) => grantType === 'refresh_token')).toHaveLength(1);
    expect(auth.issued.refreshTokens).toHaveLength(before + 1);
    for (const tab of [page, second]) {
      expect((await tab.evaluate(() => window.byHand.call('list_notes'))).status).toBe(200);
    }
    expectBoundOnly(mcp);
  });

  test('a request that the page breaks off ends at the server, before an answer came and while it streams', async () => {
    const streams = [false, true];
    const attempts = streams.map(() => ({ arrived: createLatch(), closed: createLatch() }));
    const { mcp, page } = scene();
    onMcp.set(({ headers }, response) => {
      const one = attempts[Number(headers['mcp-session-id'])];
      if (!one) return false;
      response.once('close', one.closed.open);
      if (streams[attempts.indexOf(one)])
        response.writeHead(200, { ...READABLE, 'content-type': 'text/event-stream' }).write('data: first\n\n');
      one.arrived.open();
      return true;
    });
    for (const [index, { arrived, closed }] of attempts.entries()) {
      const ended = page.evaluate(
        async ([url, session]) => {
          const headers = {
            authorization: `Bearer ${window.byHand.tokens()?.access_token}`,
            'mcp-session-id': session,
          };
          const abort = new AbortController();
          Object.assign(window, { abort });
          const read = { text: '' };
          try {
            const { body } = await fetch(url, { method: 'POST', headers, body: '{}', signal: abort.signal });
            const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
            for (;;) {
              read.text += (await reader?.read())?.value;
              Object.assign(window, { read });
            }
          } catch (error) {
            return [(error as Error).name, read.text];
          }
        },
        [mcp.resource, String(index)] as const,
      );
      await arrived.opened;
      if (streams[index]) await page.waitForFunction(() => 'read' in window);
      await page.evaluate(() => (window as unknown as { abort: AbortController }).abort.abort());
      expect(await ended).toEqual(['AbortError', streams[index] ? 'data: first\n\n' : '']);
      await closed.opened;
    }
    expect((await page.evaluate(() => window.byHand.call('list_notes'))).status).toBe(200);
    expectBoundOnly(mcp);
  });

  test('insufficient_scope that a server says with 401 is said in Bearer to a page that speaks Bearer, and once only', async () => {
    let refusals = 0;
    const { page } = scene();
    onMcp.set((request, response) => {
      if (request.method !== 'POST') return false;
      refusals += 1;
      const challenge = 'DPoP algs="ES256", error="insufficient_scope", scope="notes:admin"';
      response.writeHead(401, { ...READABLE, 'www-authenticate': challenge }).end();
      return true;
    });
    const answer = await page.evaluate(() => window.byHand.rpc('tools/list'));
    expect(answer).toMatchObject({
      status: 401,
      challenge: 'Bearer error="insufficient_scope", scope="notes:admin"',
    });
    expect(refusals).toBe(1);
  });

  // The last one: it ends the session.
  test('a page that signs its person out revokes the real refresh token by its handle, and the session ends', async () => {
    const { agent, auth, clientId, browser, page } = scene();
    const refreshToken = auth.issued.refreshTokens.at(-1) ?? '';
    expect(await isActive(auth, clientId, refreshToken)).toBe(true);
    const answer = await page.evaluate(() =>
      window.byHand.about(window.byHand.tokens()?.refresh_token ?? '', 'revocation_endpoint'),
    );
    expect(answer.status).toBe(200);
    expect(await isActive(auth, clientId, refreshToken)).toBe(false);
    expect(auth.log.filter(({ endpoint }) => endpoint === 'revocation')).toMatchObject([
      { status: 200, origin: agent.origin, proofs: 0 },
    ]);
    const card = sessionsIn(await openPopup(browser, agent.origin)).getByRole('article');
    await expect(card.getByRole('strong')).toHaveText('Revoked');
    await expect(card.getByText('The authorization server confirmed it.')).toBeVisible();
    expect((await page.evaluate(() => window.byHand.rpc('tools/list'))).status).toBe(401);
    expect((await page.evaluate(() => window.byHand.refresh())).status).toBe(400);
  });
});

test('insufficient_scope under the DPoP scheme is said in Bearer to a page that speaks Bearer, as the server said it with 403', async ({
  world,
}) => {
  const options = { discovers: true, namesResource: true, scope: 'notes:read' };
  const { mcp, page } = await signedInByHand(world, options);
  const answer = await page.evaluate(() => window.byHand.call('write_note', { title: 'a', text: 'b' }));
  expect(mcp.log.at(-1)).toMatchObject({ status: 403, error: 'insufficient_scope', tool: 'write_note' });
  expect(answer.status).toBe(403);
  expect(answer.text).toContain('insufficient_scope');
  expect(answer.challenge).toMatch(/^Bearer /);
  expect(answer.challenge).toContain('error="insufficient_scope"');
  expect(answer.challenge).toContain('scope="notes:read notes:write"');
  expect(answer.challenge).toContain('resource_metadata="');
  expect(answer.challenge).not.toMatch(/dpop|algs/i);
});

/** Whether the authorization server still takes a refresh token (RFC 7662). */
async function isActive({ origin }: AuthorizationServer, client_id: string, token: string): Promise<boolean> {
  const answer = await loopbackFetch(`${origin}/token/introspection`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token, client_id }),
  });
  return ((await answer.json()) as { active: boolean }).active;
}
