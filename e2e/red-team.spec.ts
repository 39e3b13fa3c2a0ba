import type { Frame, Page } from '@playwright/test';
import { type Attack, inRelay, type Known, speak } from './support/red-team/attack.ts';
import { FROM_ELSEWHERE } from './support/red-team/from-elsewhere.ts';
import { FROM_PAGE } from './support/red-team/from-page.ts';
import { call, expect, openAgent, signedIn, signIn, test, type World } from './support/world.ts';

/** A signed-in agent, and all that an attacker could wish to have around it. */
async function battlefield(world: World) {
  /** The header fields of requests to the token endpoint that carried a proof. */
  const proved: string[][] = [];
  const { auth, mcp } = await world.servers({
    auth: {
      intercept: ({ url, headers, rawHeaders }) => {
        if (url === '/token' && headers.dpop) proved.push(rawHeaders.map((field) => field.toLowerCase()));
        return false;
      },
    },
  });
  const reached: string[] = [];
  const evil = await world.site('evil', (request, response) => {
    reached.push(`${request.url}\n${request.rawHeaders.join('\n')}`);
    request.on('data', (chunk) => reached.push(String(chunk)));
    const headers = {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': `*, ${request.headers['access-control-request-headers'] ?? ''}`,
      'content-type': 'application/json',
    };
    response.writeHead(200, headers).end(
      JSON.stringify({
        issuer: auth.issuer,
        authorization_endpoint: `${auth.issuer}/auth`,
        token_endpoint: `${evil.origin}/token`,
        revocation_endpoint: `${evil.origin}/revoke`,
        response_types_supported: ['code'],
        dpop_signing_alg_values_supported: ['ES256'],
      }),
    );
  });
  /** Which paths behind the firewall were asked for with a proof. */
  const inside: (string | undefined)[] = [];
  const intranet = await world.site('intranet', ({ url, headers }, response) => {
    if (headers.dpop) inside.push(url);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"access_token":"INTRANET","token_type":"DPoP"}');
  });
  const crossing = await world.site('crossing', ({ url = '' }, response) => {
    const issuer = `${crossing.origin}/${url.split('/').at(-1)}`;
    const headers = { 'access-control-allow-origin': '*', 'content-type': 'application/json' };
    if (url === '/redirecting/token') {
      response.writeHead(307, { ...headers, location: `${intranet.origin}/redirected` }).end();
    } else if (url.includes('oauth-protected-resource')) {
      response.writeHead(200, headers).end(JSON.stringify({ resource: issuer, authorization_servers: [issuer] }));
    } else {
      const token_endpoint = issuer.endsWith('/named') ? `${intranet.origin}/token` : `${issuer}/token`;
      const dpop_signing_alg_values_supported = ['ES256'];
      response
        .writeHead(200, headers)
        .end(JSON.stringify({ issuer, token_endpoint, dpop_signing_alg_values_supported }));
    }
  });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp, evil, intranet, crossing]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  await call(page);
  const tokens = await page.evaluate(() => window.agent.tokens('v2'));
  const known: Known = {
    resource: mcp.resource,
    issuer: auth.issuer,
    access: tokens.access_token as string,
    refresh: tokens.refresh_token as string,
    clientId: auth.log.find(({ codeChallenge }) => codeChallenge)?.clientId ?? '',
    evil: evil.origin,
    intranet: intranet.origin,
    crossing: crossing.origin,
    extension: browser.id,
  };

  /** Runs one attack from a place that is not the agent: not even a token without a proof may leave from there. */
  async function attackFrom(place: Page | Frame, each: Attack): Promise<void> {
    const before = mcp.log.length;
    await attack(each, place);
    const presented = mcp.log.slice(before).filter(({ scheme }) => scheme === 'DPoP');
    for (const entry of presented) expect(entry, each.name).toMatchObject({ origin: agent.origin, proofs: 1 });
  }

  /** Runs one attack; whatever it is, no secret may come out and nothing may be accepted that is not the agent's. */
  async function attack({ name, hope, run, got: wanted }: Attack, place: Page | Frame): Promise<void> {
    await test.step(name, async () => {
      const before = { mcp: mcp.log.length, issued: auth.issued.accessTokens.length };
      const got = await run(place, known);
      const out = [got, ...reached].join('\n');
      test.info().annotations.push({ type: `${name}: hoped for ${hope}`, description: got.slice(0, 200) });
      for (const secret of [...auth.issued.accessTokens, ...auth.issued.refreshTokens]) {
        expect(out.includes(secret), `${name}: a real token came out`).toBe(false);
      }
      expect(out, `${name}: what CORS had closed came out`).not.toContain('INTRANET');
      expect(reached.join('\n'), `${name}: a proof went elsewhere`).not.toMatch(/^dpop$/im);
      const accepted = mcp.log.slice(before.mcp).filter(({ status, method }) => method !== 'OPTIONS' && status < 400);
      for (const entry of accepted)
        expect(entry, name).toMatchObject({ origin: agent.origin, proofs: 1, scheme: 'DPoP' });
      expect(auth.issued.accessTokens.length, `${name}: tokens were issued`).toBe(before.issued);
      if (wanted) expect(got, name).toMatch(wanted);
    });
  }

  return { auth, mcp, agent, browser, page, attack, attackFrom, known, proved, inside };
}

test(`${FROM_PAGE.length} attacks from the protected page itself take nothing away`, async ({ world }) => {
  test.setTimeout(120_000);
  const { page, attack, proved, inside } = await battlefield(world);
  const before = proved.length;
  for (const each of FROM_PAGE) await attack(each, page);
  await call(page);
  // What Holdfast sent itself: no header of the page's, and to nobody that a redirect named. Some of it did leave.
  expect(proved.length).toBeGreaterThan(before);
  expect(proved.flat()).not.toContain('x-forwarded-for');
  expect(inside).toEqual(['/token']);
});

test('a page cannot smuggle a key of its own into the authorization request', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  const own = 'A'.repeat(43);
  const wanted = page.evaluate(
    (options) =>
      new Promise<string>((resolve) => {
        window.open = (url) => {
          resolve(String(url));
          return null;
        };
        void window.agent.connect(options).catch(() => undefined);
      }),
    { sdk: 'v2', resource: mcp.resource, popup: true } as const,
  );
  const authorization = new URL(await wanted);
  const seen = () => auth.log.filter(({ codeChallenge, path }) => path === '/auth' && codeChallenge);
  const queries = [`&dpop_jkt=${own}`, `&dpop_jkt=${own}&dpop_jkt=${own}`, `&dpop_jkt=${own}&x=request_uri=`];
  for (const query of queries) {
    for (const way of ['a link', 'a form', 'a frame', 'the address'] as const) {
      const before = seen().length;
      await page.evaluate(
        ([how, url]) => {
          const [target = '', given = ''] = url.split('?');
          const link = Object.assign(document.createElement('a'), { href: url, target: '_blank' });
          const form = Object.assign(document.createElement('form'), { action: target, target: '_blank' });
          for (const [name, value] of new URLSearchParams(given)) {
            form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
          }
          document.body.append(link, form);
          if (how === 'a link') link.click();
          if (how === 'a form') form.submit();
          if (how === 'a frame') document.body.append(Object.assign(document.createElement('iframe'), { src: url }));
          if (how === 'the address') location.assign(url);
        },
        [way, authorization + query] as const,
      );
      await expect.poll(() => seen().length, `${way} ${query}`).toBeGreaterThan(before);
      for (const { dpopJkt } of seen()) {
        expect(dpopJkt, `${way} ${query}`).toMatch(/^[\w-]{43}$/);
        expect(dpopJkt, `${way} ${query}`).not.toBe(own);
      }
    }
    await page.waitForURL(/\/interaction\//);
    await page.goto(agent.origin);
  }
});

test.describe('from elsewhere', () => {
  for (const what of ['a cross-origin frame', 'a frame of another protected site'])
    test(`${what} in the agent’s page takes nothing`, async ({ world }) => {
      const { auth, mcp, page, attackFrom } = await battlefield(world);
      const other = await world.agent('other');
      if (what.includes('protected')) await world.protect(other, [auth, mcp]);
      await page.bringToFront();
      const frame = await frameOf(page, other.origin);
      for (const each of FROM_ELSEWHERE) {
        await call(page); // the agent's token is presented in this tab now
        await attackFrom(frame, each);
      }
      await call(page);
    });

  test('an unprotected page takes nothing', async ({ world }) => {
    const { browser, page, attackFrom } = await battlefield(world);
    const other = await openAgent(browser, await world.agent('other'));
    for (const each of FROM_ELSEWHERE) await attackFrom(other, each);
    await call(page);
  });

  test('another protected site does not speak for the agent, though it says that it is the agent', async ({
    world,
  }) => {
    const { auth, mcp, agent, browser, known } = await battlefield(world);
    const other = await world.agent('other');
    await world.protect(other, [auth, mcp]);
    const page = await openAgent(browser, other);
    const bodies = [
      { kind: 'prove', token: known.access, method: 'POST', url: known.resource },
      { kind: 'form', url: `${known.issuer}/token`, headers: [], body: String(refreshForm(known)) },
      { kind: 'form', url: `${known.issuer}/token/revocation`, headers: [], body: `token=${known.refresh}` },
    ];
    const before = auth.log.length;
    const answers = JSON.parse(await speak(page, bodies, { origin: agent.origin })) as { body: { kind: string } }[];
    expect(answers.map(({ body }) => body.kind)).toEqual(['pass', 'answer', 'pass']);
    expect(auth.log.slice(before)).toEqual([]);
  });

  test('a sandboxed frame takes nothing', async ({ world }) => {
    const { page, attackFrom } = await battlefield(world);
    const frame = await frameOf(page, undefined);
    for (const each of FROM_ELSEWHERE) {
      await call(page);
      await attackFrom(frame, each);
    }
    await call(page);
  });

  test('another site that frames the agent cannot read it, and the agent in it is its own', async ({ world }) => {
    const { browser, agent, attackFrom, known } = await battlefield(world);
    const other = await openAgent(browser, await world.agent('other'));
    const frame = await frameOf(other, agent.origin);
    const read = await other.evaluate(() => {
      try {
        return JSON.stringify(frames[0]?.localStorage);
      } catch (error) {
        return String(error);
      }
    });
    expect(read).toContain('SecurityError');
    for (const each of FROM_ELSEWHERE) await attackFrom(other, each);
    // The framed agent is the agent still: it may use its own session, through its own wrapper.
    expect(await frame.evaluate(() => typeof window.agent)).toBe('object');
    expect(known.access).toMatch(/^hf_/);
  });
});

const refreshForm = ({ refresh, clientId }: Known) =>
  new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh, client_id: clientId });

async function frameOf(page: Page, src: string | undefined): Promise<Frame> {
  const handle = await page.evaluateHandle(async (address) => {
    const element = document.createElement('iframe');
    if (address === undefined) {
      element.sandbox.add('allow-scripts');
      element.srcdoc = '<!doctype html><title>sandboxed</title>';
    } else {
      element.src = address;
    }
    const loaded = new Promise((resolve) => element.addEventListener('load', resolve));
    document.body.append(element);
    await loaded;
    return element;
  }, src);
  const frame = await handle.asElement()?.contentFrame();
  if (!frame) throw new Error('no frame');
  return frame;
}

test('what is stored is read and changed by no script in a page, the relay’s world neither', async ({ world }) => {
  const { page } = await signedIn(world);
  const tried = await inRelay(page, async () => {
    const areas = ['local', 'sync', 'managed', 'session'] as const;
    const outcomes = areas.flatMap((area) => [
      chrome.storage[area].get().then(
        () => `${area} was read`,
        () => 'refused',
      ),
      chrome.storage[area].set({ consents: {}, 'policy https://other.example': { custody: false } }).then(
        () => `${area} was written`,
        () => 'refused',
      ),
    ]);
    return JSON.stringify(await Promise.all(outcomes));
  });
  expect(new Set(JSON.parse(tried))).toEqual(new Set(['refused']));
});
