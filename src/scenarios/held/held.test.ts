import { beforeEach, describe, expect, test } from 'vitest';
import type { PageReply } from '../../messages/page.ts';
import { anAccessToken, anOrigin } from '../../model/brands.fixture.ts';
import { RIGHT_OUT_MS } from '../../model/lifetimes.ts';
import { RIGHTS_AHEAD } from '../../model/quotas.ts';
import type { HeldSession } from '../../model/session.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import type { Caller } from '../../sessions/ports.ts';
import {
  AGENT,
  answerOf,
  createWorld,
  ISSUER,
  leaving,
  METADATA,
  METADATA_URL,
  oauthRefusal,
  RESOURCE,
  replyOf,
  tokens,
  type World,
} from '../world.fixture.ts';

const RESOURCE_URL = 'https://mcp.example/.well-known/oauth-protected-resource/mcp';
const OTHER_URL = 'https://other.example/.well-known/oauth-protected-resource';
const OPENID_URL = `${ISSUER}/.well-known/openid-configuration`;
const { dpop_signing_alg_values_supported: _, ...PLAIN } = METADATA;
const CODE = { grant_type: 'authorization_code', code: 'c', code_verifier: 'v', client_id: 'me' };
const SIGN_IN = { ...CODE, resource: RESOURCE };
const BEARER = { token_type: 'Bearer', workspace: 'Ours' };
const NATIVE = { kind: 'passAndReport' };
const OTHER_AGENT = anOrigin('https://other-agent.example');

let world: World;
let document: Caller;
beforeEach(() => {
  world = createWorld();
  world.policy.bearer = 'hold';
  document = world.caller();
  world.documents.set(METADATA_URL, PLAIN);
  world.documents.set(OPENID_URL, PLAIN);
  world.documents.set(RESOURCE_URL, { resource: RESOURCE, authorization_servers: [ISSUER] });
});

const read = (url: string) => world.ask({ kind: 'resource', url }, document);
const discover = (url = METADATA_URL, who = document) =>
  world.ask({ kind: 'discover', url, dpop: false, tokenEndpoint: METADATA.token_endpoint }, who);
const redeem = (form: Record<string, string> = SIGN_IN, who = document, headers: [string, string][] = []) => {
  world.replies.push(tokens(BEARER));
  return world.post(METADATA.token_endpoint, form, who, headers);
};
/** An authorization request leaves, which names no key. */
const authorize = async (query = '') =>
  world.holdfast.authorized(
    AGENT,
    `${METADATA.authorization_endpoint}?client_id=me&code_challenge=${await codeChallenge(CODE.code_verifier)}&code_challenge_method=S256&${query}`,
  );
const prove = (token: string, who = document, url: string = RESOURCE) =>
  world.ask({ kind: 'prove', token, method: 'POST', url, mcp: true }, who);

/** For a request that the page may make next. */
const proveAhead = (token: string) =>
  world.ask({ kind: 'prove', token, method: 'POST', url: RESOURCE, mcp: true, ahead: true }, document);
const markOf = (reply: PageReply) => (reply.kind === 'proof' ? (reply.mark ?? '') : '');
const jtiOf = (reply: PageReply) => (reply.kind === 'proof' ? reply.jti : '');

/** A sign-in at a server without DPoP, as an MCP client does it. */
async function signIn(): Promise<HeldSession> {
  await read(RESOURCE_URL);
  await discover();
  await redeem();
  const session = (await world.ports.sessions.list()).find(({ state }) => state === 'held');
  if (session?.state !== 'held') throw new Error('the session is not held');
  world.posted.length = 0;
  return session;
}

describe('a sign-in at a server without DPoP', () => {
  test('leaves the page a handle, and what else its server says', async () => {
    await read(RESOURCE_URL);
    await discover();
    const answer = answerOf(await redeem());
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 3600, workspace: 'Ours' });
    expect(answer.access_token).toMatch(/^hf_/);
    expect(answer.refresh_token).toMatch(/^hfr_/);
    expect(JSON.stringify(answer)).not.toContain('real-');
    expect(world.posted.map(({ url, proof }) => [url, proof])).toEqual([[METADATA.token_endpoint, undefined]]);
  });

  test('is a session like a bound one, but for the key', async () => {
    expect(await signIn()).toMatchObject({
      ...{ state: 'held', agent: AGENT, resource: RESOURCE, issuer: ISSUER, tokenEndpoint: METADATA.token_endpoint },
      ...{ clientId: 'me', handles: { by: 'holdfast' } },
    });
    expect(await world.ports.keys.list()).toEqual([]);
    expect(world.activity).toContainEqual(expect.objectContaining({ kind: 'held', server: ISSUER }));
    expect(JSON.stringify(world.activity)).not.toMatch(/real-|hf_/);
  });
});

describe('held is', () => {
  test('a sign-in that names a resource, whose metadata lead to the server', async () => {
    expect(answerOf(await redeem()).access_token).toMatch(/^hf_/);
  });

  test('a sign-in that names none, at a server that its document found by a resource’s metadata', async () => {
    await read(RESOURCE_URL);
    await discover();
    expect(answerOf(await redeem(CODE)).access_token).toMatch(/^hf_/);
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'held', resource: RESOURCE }]);
  });

  test('a sign-in whose authorization request alone names a resource', async () => {
    await read(RESOURCE_URL);
    await discover();
    await authorize(`resource=${encodeURIComponent(RESOURCE)}`);
    expect(answerOf(await redeem(CODE, world.caller())).access_token).toMatch(/^hf_/);
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'held', resource: RESOURCE, clientId: 'me' }]);
    expect(await world.ports.keys.list()).toEqual([]);
  });

  test('and asked for again, as where its reply was lost, it is the same session', async () => {
    await read(RESOURCE_URL);
    await discover();
    await authorize(`resource=${encodeURIComponent(RESOURCE)}`);
    const first = answerOf(await redeem(CODE, world.caller()));
    expect(answerOf(await redeem(CODE, world.caller())).access_token).toBe(first.access_token);
    expect(world.posted).toHaveLength(1);
  });

  describe('a sign-in at a server of 2025-03-26, which is its own authorization server and no resource by its metadata,', () => {
    const OLD_RESOURCE_URL = `${ISSUER}/.well-known/oauth-protected-resource/mcp`;
    /** They answer with something else. */
    const have = (value: unknown, ...urls: string[]) => {
      for (const url of urls) world.documents.set(url, value);
    };
    beforeEach(() => have('Not found', OLD_RESOURCE_URL, `${ISSUER}/.well-known/oauth-protected-resource`));

    test('that has metadata of its own', async () => {
      await read(OLD_RESOURCE_URL);
      await discover();
      expect(answerOf(await redeem(CODE, world.caller())).access_token).toMatch(/^hf_/);
      expect(await world.ports.sessions.list()).toMatchObject([{ state: 'held', issuer: ISSUER, resource: undefined }]);
    });

    test('that has none at all, where MCP clients look for its token endpoint; and its refresh', async () => {
      have('Not found', METADATA_URL, OPENID_URL);
      await read(OLD_RESOURCE_URL);
      const { access_token, refresh_token } = answerOf(await redeem(CODE, world.caller()));
      expect(access_token).toMatch(/^hf_/);
      world.replies.push(tokens({ ...BEARER, access_token: 'second-access' }));
      const form = { grant_type: 'refresh_token', refresh_token: String(refresh_token) };
      expect(answerOf(await world.post(METADATA.token_endpoint, form)).access_token).toBe(access_token);
    });

    test.each([
      ['which the agent has not looked at', async () => world.pass(601_000)],
      [
        'at which a resource says that it trusts another',
        async () =>
          void world.documents.set(OLD_RESOURCE_URL, { resource: `${ISSUER}/mcp`, authorization_servers: [] }),
      ],
      [
        'whose metadata name another token endpoint',
        async () => have({ ...PLAIN, token_endpoint: `${ISSUER}/other` }, METADATA_URL),
      ],
      ['whose metadata cannot be had now', async () => void world.documents.delete(OLD_RESOURCE_URL)],
    ])('but not one %s', async (_, but) => {
      have('Not found', METADATA_URL, OPENID_URL);
      await read(OLD_RESOURCE_URL);
      await but();
      expect(await redeem(CODE)).toEqual(NATIVE);
    });
  });

  test('a bearer token from a server that was given a proof', async () => {
    world.documents.set(METADATA_URL, METADATA);
    await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true }, document);
    expect(answerOf(await redeem()).access_token).toMatch(/^hf_/);
    expect(world.posted[0]?.proof).toBeDefined();
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'held' }]);
  });

  test('a sign-in at a server that shares no algorithm', async () => {
    world.documents.set(METADATA_URL, { ...METADATA, dpop_signing_alg_values_supported: ['HS256'] });
    expect(answerOf(await redeem()).access_token).toMatch(/^hf_/);
    expect(world.posted[0]?.proof).toBeUndefined();
  });
});

describe('not held, and as the page made it, is', () => {
  test.each([
    ['a login of the site’s own', async () => discover(OPENID_URL, world.caller())],
    ['a login of the site’s own at the server of its agent', async () => signIn()],
  ])('%s', async (_, before) => {
    await before();
    expect(await redeem(CODE, world.caller())).toEqual(NATIVE);
    expect(world.posted).toEqual([]);
  });

  test('a login whose authorization request names no resource either', async () => {
    await signIn();
    await authorize();
    expect(await redeem(CODE, world.caller())).toEqual(NATIVE);
  });

  test('a login at a server that the resources of its document do not trust', async () => {
    world.documents.set(RESOURCE_URL, { resource: RESOURCE, authorization_servers: ['https://elsewhere.example'] });
    await read(RESOURCE_URL);
    await discover();
    expect(await redeem(CODE)).toEqual(NATIVE);
  });

  test('a sign-in for a resource that has no metadata: an API that is no MCP server', async () => {
    world.documents.delete(RESOURCE_URL);
    expect(await redeem()).toEqual(NATIVE);
  });

  test('that of a page with a DPoP key of its own', async () => {
    await read(RESOURCE_URL);
    await discover();
    expect(await redeem(SIGN_IN, document, [['dpop', 'a.page.proof']])).toEqual(NATIVE);
  });

  test('a token that its server calls bound, though it saw no proof: the sign-in fails', async () => {
    await read(RESOURCE_URL);
    await discover();
    world.replies.push(tokens());
    expect(answerOf(await world.post(METADATA.token_endpoint, SIGN_IN, document)).error).toBe('server_error');
    expect(await world.ports.sessions.list()).toEqual([]);
  });

  test('a refresh token that the page has by itself', async () => {
    await signIn();
    expect(await redeem({ grant_type: 'refresh_token', refresh_token: 'own' })).toEqual(NATIVE);
  });

  test.each([
    ['the policy leaves tokens to the page', { bearer: 'expose' }],
    ['the page is to hold its own tokens', { custody: false }],
  ] as const)('anything where %s', async (_, policy) => {
    Object.assign(world.policy, policy);
    await read(RESOURCE_URL);
    await discover();
    expect(await redeem()).toEqual(NATIVE);
    expect(world.posted).toEqual([]);
  });

  test.each([ISSUER, 'https://mcp.example'])('anything of a person who declined %s', async (server) => {
    world.declines.add(server);
    await read(RESOURCE_URL);
    await discover();
    expect(await redeem()).toEqual(NATIVE);
    expect(world.posted).toEqual([]);
    await world.ask({
      ...{ kind: 'exposed', url: METADATA.token_endpoint },
      body: new URLSearchParams(SIGN_IN).toString(),
    });
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'exposed', reason: 'declined' }]);
  });
});

describe('a request of a held session', () => {
  test('is given the token as a bearer token, and no proof; the rule goes when the request has left', async () => {
    const { id, handles } = await signIn();
    const reply = await prove(handles.access);
    expect(reply).toMatchObject({ kind: 'proof', proof: '', mark: expect.stringMatching(/^hf-[\w-]{22}$/) });
    expect(world.presented).toMatchObject([
      {
        ...{ tab: 1, url: RESOURCE, header: 'authorization', scheme: 'Bearer', accessToken: 'real-access' },
        mark: markOf(reply),
      },
    ]);
    const jti = world.holdfast.proofLog.sentAsBearer(leaving('Bearer real-access'));
    expect(world.holdfast.proofLog.madeForBearer(leaving('Bearer real-access'))).toMatchObject([{ jti, session: id }]);
    expect(world.holdfast.proofLog.madeForBearer(leaving('Bearer own'))).toEqual([]);
    await expect.poll(() => world.cleared).toEqual([`1 ${RESOURCE}`]);
    await world.holdfast.proofLog.answered(jti ?? '', 200, () => null);
    expect(world.activity.at(-1)).toMatchObject({ kind: 'presented', session: id });
  });

  test('teaches nobody that its resource takes bound tokens without a proof', async () => {
    const { handles } = await signIn();
    await prove(handles.access);
    const jti = world.holdfast.proofLog.sentAsBearer(leaving('Bearer real-access'));
    await world.holdfast.proofLog.answered(jti ?? '', 200, () => null);
    expect(await world.ports.memory.scheme(RESOURCE)).toBeUndefined();
  });

  test('is not made again for a nonce or a clock, which no token answers', async () => {
    const { handles } = await signIn();
    const reply = await prove(handles.access);
    if (reply.kind !== 'proof') throw new Error(`the page got ${reply.kind}`);
    const challenge = 'DPoP error="use_dpop_nonce"';
    world.holdfast.proofLog.sentAsBearer(leaving('Bearer real-access'));
    await world.holdfast.proofLog.answered(
      ...[reply.jti, 401, replyOf({ body: '', headers: { 'WWW-Authenticate': challenge, 'DPoP-Nonce': 'n' } }).header],
    );
    const again = { kind: 'prove', token: handles.access, method: 'POST', url: RESOURCE } as const;
    const refused = { jti: reply.jti, nonce: 'n', challenge };
    expect((await world.ask({ ...again, refused }, document)).kind).not.toBe('proof');
  });

  test('is told from one that left with its token and was not asked for', async () => {
    const { id, handles } = await signIn();
    const unasked = () => world.activity.filter(({ kind }) => kind === 'unasked');
    const frame = { ...leaving('Bearer real-access'), initiator: anOrigin('https://frame.agent.example') };
    expect(world.holdfast.proofLog.leftUnasked(frame)).toBe(false);
    await prove(handles.access);
    expect(world.holdfast.proofLog.sentAsBearer(frame)).toBeUndefined();
    expect(world.holdfast.proofLog.leftUnasked(frame)).toBe(true);
    expect(world.holdfast.proofLog.leftUnasked({ ...frame, header: leaving('Bearer of-its-own').header })).toBe(false);
    expect(unasked()).toMatchObject([{ agent: AGENT, session: id, server: 'https://mcp.example' }]);
    await expect.poll(async () => (await world.ports.usage.get(id)).leftUnasked).toBe(true);
    world.holdfast.proofLog.leftUnasked(frame);
    expect(unasked()).toHaveLength(1);
  });

  test('ends its session when it left unasked once more, where the person chose that, as revoking does', async () => {
    const { id, handles } = await signIn();
    const now = () => world.ports.sessions.get(id);
    const kinds = () => world.activity.filter(({ session }) => session === id).map(({ kind }) => kind);
    const frame = { ...leaving('Bearer real-access'), initiator: anOrigin('https://frame.agent.example') };
    await prove(handles.access);
    world.holdfast.proofLog.leftUnasked(frame);
    for (const wanted of [true, false]) expect(await world.holdfast.endUnasked(id, wanted)).toBe('done');
    expect(await now()).not.toHaveProperty('endsUnasked');
    world.holdfast.proofLog.leftUnasked(frame);
    await world.holdfast.endUnasked(id, true);
    expect(await now()).toMatchObject({ state: 'held', endsUnasked: true });

    world.posted.length = 0;
    world.replies.push({ body: '' }, { body: '' });
    world.holdfast.proofLog.leftUnasked({ ...frame, header: leaving('Bearer of-its-own').header });
    for (let number = 0; number < 3; number += 1) world.holdfast.proofLog.leftUnasked(frame);
    await expect.poll(now).toMatchObject({ state: 'revoked', confirmed: true, because: 'unasked' });
    await expect.poll(kinds).toContain('endedUnasked');
    expect(world.posted.map(({ url }) => url)).toEqual([METADATA.revocation_endpoint, METADATA.revocation_endpoint]);
    expect(world.withdrawn).toEqual(['real-access']);
    expect(kinds().filter((kind) => kind === 'revoked' || kind === 'endedUnasked')).toEqual([
      'revoked',
      'endedUnasked',
    ]);
    expect((await prove(handles.access)).kind).toBe('pass');
    expect(await world.holdfast.endUnasked(id, true)).toBe('over');
  });

  test('leaves its session as it is, unasked or not, where the person chose nothing', async () => {
    const { id, handles } = await signIn();
    await prove(handles.access);
    for (let number = 0; number < 3; number += 1) world.holdfast.proofLog.leftUnasked(leaving('Bearer real-access'));
    await expect.poll(async () => (await world.ports.usage.get(id)).leftUnasked).toBe(true);
    expect(await world.ports.sessions.get(id)).toMatchObject({ state: 'held' });
    expect(world.withdrawn).toEqual([]);
  });

  test('is not taken for another of its page, which goes to the same URL in another way', async () => {
    const { handles } = await signIn();
    const { jti } = (await prove(handles.access)) as { jti: string };
    const stream = { ...leaving('Bearer real-access'), method: 'GET' };
    expect(world.holdfast.proofLog.sentAsBearer(stream)).toBeUndefined();
    expect(world.holdfast.proofLog.leftUnasked(stream)).toBe(true);
    expect(world.settled).toEqual([]);
    expect(world.holdfast.proofLog.sentAsBearer(leaving('Bearer real-access'))).toBe(jti);
  });

  test('that was broken off before it left is not taken for the next one', async () => {
    const { handles } = await signIn();
    const request = { tab: 1, initiator: AGENT, method: 'POST', url: RESOURCE };
    await prove(handles.access);
    world.holdfast.proofLog.unsent(request, false);
    const { jti } = (await prove(handles.access)) as { jti: string };
    expect(world.holdfast.proofLog.sentAsBearer(leaving('Bearer real-access'))).toBe(jti);
    // Nor is one of which nobody has told.
    await prove(handles.access);
    world.pass(10_000);
    const next = (await prove(handles.access)) as { jti: string };
    expect(world.holdfast.proofLog.sentAsBearer(leaving('Bearer real-access'))).toBe(next.jti);
    expect(world.activity.filter(({ kind }) => kind === 'unserved')).toEqual([]);
  });

  describe('whose right was made ahead', () => {
    const left = (text: string) => world.holdfast.proofLog.sentAsBearer(leaving(text));

    test('has a mark like the one before it; its rule goes in a moment, used or not', async () => {
      const { handles } = await signIn();
      const first = await prove(handles.access);
      const ahead = await proveAhead(handles.access);
      expect(markOf(ahead)).toBe(markOf(first));
      expect(left('Bearer real-access')).toBe(jtiOf(first));
      expect(world.cleared).toEqual([]);
      world.pass(RIGHT_OUT_MS);
      await expect.poll(() => world.cleared).toEqual([`1 ${RESOURCE}`]);
    });

    test('is told from one that the page asks for while that is out', async () => {
      const { handles } = await signIn();
      const ahead = await proveAhead(handles.access);
      const other = await prove(handles.access);
      expect([left('Bearer real-access'), left('Bearer real-access')]).toEqual([jtiOf(other), jtiOf(ahead)]);
      expect(left('Bearer real-access')).toBeUndefined();
    });

    test('and given back, or not used for long, is no longer one that a request can be for', async () => {
      const { handles } = await signIn();
      await world.ask({ kind: 'dropped', jtis: [jtiOf(await proveAhead(handles.access))] });
      expect(left('Bearer real-access')).toBeUndefined();
      await proveAhead(handles.access);
      world.pass(10_000);
      expect(left('Bearer real-access')).toBeUndefined();
    });
  });

  describe('whose agent calls again and again', () => {
    const left = () => world.holdfast.proofLog.sentAsBearer(leaving('Bearer real-access'));
    const unasked = () => world.activity.filter(({ kind }) => kind === 'unasked');
    const drop = (jtis: string[]) => world.ask({ kind: 'dropped', jtis }, document);
    /** One document's rights: that of the request that waits, and further ones. */
    const stock = async (handle: string) => {
      const ask = { kind: 'prove', token: handle, method: 'POST', url: RESOURCE, often: true } as const;
      const reply = await world.ask(ask, document);
      const more = reply.kind === 'proof' ? (reply.more ?? []) : [];
      expect(more).toHaveLength(RIGHTS_AHEAD);
      return [jtiOf(reply), ...more];
    };

    test('has a right for each; its rule stands while they are used, and goes when the others are given back', async () => {
      const jtis = await stock((await signIn()).handles.access);
      for (const jti of jtis.slice(0, 5)) {
        expect(left()).toBe(jti);
        world.pass(RIGHT_OUT_MS - 1);
      }
      expect(world.cleared).toEqual([]);
      await drop(jtis.slice(5));
      expect(left()).toBeUndefined();
      await expect.poll(() => world.cleared).toEqual([`1 ${RESOURCE}`]);
      expect(unasked()).toEqual([]);
    });

    test('and leaves them unused has no rule in a moment, whether or not its page gives them back', async () => {
      await stock((await signIn()).handles.access);
      left();
      world.pass(RIGHT_OUT_MS);
      await expect.poll(() => world.cleared).toEqual([`1 ${RESOURCE}`]);
    });

    test('is told that a request left unasked, where its page gives back a right that one has left with', async () => {
      const { id, handles } = await signIn();
      const jtis = await stock(handles.access);
      for (let number = 0; number < 3; number += 1) left();
      await drop(jtis.slice(2));
      expect(unasked()).toMatchObject([{ agent: AGENT, session: id, server: 'https://mcp.example' }]);
    });

    test('from two documents of a tab: what one gives back and the other’s request had is no request unasked', async () => {
      const { handles } = await signIn();
      const [one, other] = [await stock(handles.access), await stock(handles.access)];
      for (let number = 0; number < 5; number += 1) left();
      await drop(one.slice(2));
      await drop(other.slice(3));
      expect(unasked()).toEqual([]);
      expect(left()).toBeUndefined();
    });
  });

  describe('that left with its mark and its handle,', () => {
    /** What was asked for is refused, and asked for once more. */
    async function refuse(handle: string, asked: PageReply): Promise<PageReply> {
      const jti = world.holdfast.proofLog.sentTooLate(leaving(`Bearer ${handle}`), markOf(asked)) ?? '';
      expect(jti).toBe(jtiOf(asked));
      await world.holdfast.proofLog.answered(jti, 401, () => null);
      return world.ask({ kind: 'prove', token: handle, method: 'POST', url: RESOURCE, refused: { jti } }, document);
    }

    test('because its rule had gone, is made once more, and its refusal counts for nothing', async () => {
      const { id, handles } = await signIn();
      for (let number = 0; number < 10; number += 1) {
        const ahead = await proveAhead(handles.access);
        world.pass(RIGHT_OUT_MS);
        await expect.poll(() => world.cleared).toContain(`1 ${RESOURCE}`);
        const again = await refuse(handles.access, ahead);
        expect(markOf(again)).toBe(markOf(ahead));
        expect(world.holdfast.proofLog.sentAsBearer(leaving('Bearer real-access'))).toBe(jtiOf(again));
        await world.holdfast.proofLog.answered(jtiOf(again), 200, () => null);
      }
      expect(world.holdfast.heldBackUntil(id)).toBeUndefined();
      expect(world.activity.filter(({ kind }) => kind === 'refused')).toEqual([]);
    });

    test('though its rule stood, says that the browser matches none: that agent’s rules have none from then on', async () => {
      const { handles } = await signIn();
      const again = await refuse(handles.access, await prove(handles.access));
      expect(again).toEqual({ kind: 'proof', proof: '', jti: jtiOf(again) });
      expect(world.presented.at(-1)?.mark).toBeUndefined();
      expect(await proveAhead(handles.access)).not.toHaveProperty('ahead');
    });

    test('is none that was asked for with another mark, from another tab, or without a handle', async () => {
      const { handles } = await signIn();
      const mark = markOf(await prove(handles.access));
      const { sentTooLate } = world.holdfast.proofLog;
      const request = leaving(`Bearer ${handles.access}`);
      expect(sentTooLate(request, 'hf-other')).toBeUndefined();
      expect(sentTooLate({ ...request, tab: 2 }, mark)).toBeUndefined();
      expect(sentTooLate(leaving('Bearer own'), mark)).toBeUndefined();
      expect(sentTooLate(request, mark)).toBeDefined();
    });
  });

  test('does not leave for another place, nor for another agent', async () => {
    const { handles } = await signIn();
    expect(answerOf(await prove(handles.access, document, 'https://evil.example/mcp')).status).toBe(403);
    expect(await prove(handles.access, world.caller(OTHER_AGENT))).toEqual({ kind: 'pass' });
    expect(world.presented).toEqual([]);
  });

  test('is held back where the server keeps refusing', async () => {
    const { id, handles } = await signIn();
    for (let number = 0; number < 10; number += 1) {
      const reply = await prove(handles.access);
      const jti = world.holdfast.proofLog.sentAsBearer(leaving('Bearer real-access'));
      expect(reply).toMatchObject({ jti });
      await world.holdfast.proofLog.answered(jti ?? '', 401, () => null);
    }
    expect(world.holdfast.heldBackUntil(id)).toBeDefined();
    expect(await prove(handles.access)).toEqual({ kind: 'unreachable' });
  });
});

describe('a refresh of a held session', () => {
  const refresh = (session: HeldSession, who = document) =>
    world.post(
      METADATA.token_endpoint,
      { grant_type: 'refresh_token', refresh_token: session.handles.refresh ?? '' },
      who,
    );

  test('goes out once for all its tabs, with the real token and without a proof; the handles stay', async () => {
    const session = await signIn();
    world.replies.push(tokens({ ...BEARER, access_token: 'second-access', refresh_token: 'second-refresh' }));
    const [one, other] = await Promise.all([refresh(session), refresh(session, world.caller(AGENT, 2))]);
    expect(other).toEqual(one);
    expect(answerOf(one)).toMatchObject({
      access_token: session.handles.access,
      refresh_token: session.handles.refresh,
      token_type: 'Bearer',
    });
    expect(JSON.stringify(one)).not.toContain('second-');
    expect(world.posted).toHaveLength(1);
    expect(world.posted[0]?.proof).toBeUndefined();
    expect(world.posted[0]?.form.get('refresh_token')).toBe('real-refresh');
    expect(await world.ports.sessions.tokens(session.id)).toEqual({
      accessToken: 'second-access',
      refreshToken: 'second-refresh',
    });
  });

  test('stays held when the site’s page is to hold its own tokens from now on', async () => {
    const session = await signIn();
    world.policy.custody = false;
    world.replies.push(tokens(BEARER));
    expect(answerOf(await refresh(session)).access_token).toBe(session.handles.access);
  });

  test.each([
    ['the server has ended the grant', oauthRefusal('invalid_grant')],
    ['the server calls the new token bound: it saw no proof', tokens()],
  ])('ends it where %s', async (_, reply) => {
    const session = await signIn();
    world.replies.push(reply);
    expect(answerOf(await refresh(session)).error).toBe('invalid_grant');
    expect(await world.ports.sessions.get(session.id)).toMatchObject({ state: 'expired', binding: undefined });
    expect(await world.ports.sessions.tokens(session.id)).toBeUndefined();
  });

  test('of another agent is none, and tells its server nothing', async () => {
    const session = await signIn();
    expect(answerOf(await refresh(session, world.caller(OTHER_AGENT))).error).toBe('invalid_grant');
    expect(world.posted).toEqual([]);
  });
});

describe('a held session ends', () => {
  test.each([
    ['by its person', (session: HeldSession) => world.holdfast.revoke(session.id)],
    [
      'by its page',
      ({ handles }: HeldSession) => world.post(METADATA.revocation_endpoint, { token: handles.refresh ?? '' }),
    ],
  ])('%s: the real tokens go to its own server, without a proof', async (_, revoke) => {
    const session = await signIn();
    world.replies.push({ body: '' }, { body: '' });
    await revoke(session);
    expect(world.posted.map(({ url, form, proof }) => [url, form.get('token'), proof])[0]).toEqual([
      ...[METADATA.revocation_endpoint, 'real-refresh', undefined],
    ]);
    expect(await world.ports.sessions.get(session.id)).toMatchObject({ state: 'revoked', confirmed: true });
    expect(await world.ports.sessions.tokens(session.id)).toBeUndefined();
    expect(world.withdrawn).toContain('real-access');
    expect(await prove(session.handles.access)).toEqual({ kind: 'pass' });
  });

  test('when nothing can refresh it any more, and is forgotten later', async () => {
    await read(RESOURCE_URL);
    await discover();
    world.replies.push(tokens({ ...BEARER, refresh_token: undefined }));
    await world.post(METADATA.token_endpoint, SIGN_IN, document);
    world.pass(3_601_000);
    await world.holdfast.tidy(30);
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'expired' }]);
    world.pass(31 * 86_400_000);
    await world.holdfast.tidy(30);
    expect(await world.ports.sessions.list()).toEqual([]);
  });

  test('when the vault is given up, and asks to sign in again', async () => {
    const session = await signIn();
    await world.holdfast.giveUp();
    expect(await world.ports.sessions.get(session.id)).toMatchObject({ state: 'expired' });
  });

  test('and has no key to drill or to retire', async () => {
    const { id } = await signIn();
    expect(await world.holdfast.drill.run(id)).toBe('over');
    expect(await world.holdfast.retire(id)).toBe('over');
    expect(await world.ports.sessions.get(id)).toMatchObject({ state: 'held' });
  });
});

test('a held session is read again as it was stored', async () => {
  const session = await signIn();
  const later = createWorld(world.database);
  expect(await later.ports.sessions.get(session.id)).toEqual(session);
  expect((await later.ports.sessions.tokens(session.id))?.accessToken).toBe(anAccessToken('real-access'));
});

test('while Holdfast is locked, no token of a held session is presented, refreshed or revoked', async () => {
  const { id, handles } = await signIn();
  const [credentialId, salt, secret] = [16, 32, 32].map((size) => crypto.getRandomValues(new Uint8Array(size)));
  await world.lock.turnOn({ credentialId, salt, secret } as Parameters<typeof world.lock.turnOn>[0]);
  await world.lock.lock();
  const form = { grant_type: 'refresh_token', refresh_token: handles.refresh ?? '' };
  const replies = Promise.all([
    prove(handles.access),
    world.post(METADATA.token_endpoint, form),
    world.holdfast.revoke(id),
  ]);
  await expect.poll(() => world.asked).toEqual([AGENT]);
  world.question.stayLocked(AGENT);
  const [proved, refreshed, revoked] = await replies;
  expect(proved).toEqual({ kind: 'pass' });
  expect(answerOf(refreshed).error).toBe('temporarily_unavailable');
  expect(revoked).toBe('locked');
  expect([world.presented, world.posted]).toEqual([[], []]);
  expect(await world.ports.sessions.get(id)).toMatchObject({ state: 'held' });
});

test('a sign-in that names no resource is for the one that its document read of', async () => {
  world.documents.set(OTHER_URL, { resource: 'https://other.example', authorization_servers: [ISSUER] });
  await read(OTHER_URL);
  await discover();
  await redeem(CODE);
  expect(await world.ports.sessions.list()).toMatchObject([{ state: 'held', resource: 'https://other.example' }]);
});
