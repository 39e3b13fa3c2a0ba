import { decodeJwt } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import type { PageReply, PageRequest } from '../../messages/page.ts';
import { anAccessToken, anOrigin, aResource } from '../../model/brands.fixture.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import type { BoundSession } from '../../model/session.ts';
import { ath } from '../../protocol/dpop/ath.ts';
import type { Leaving } from '../../sessions/requests/proof-log.ts';
import {
  AGENT,
  answerOf,
  createWorld,
  leaving,
  METADATA,
  NO_RESOURCE,
  RESOURCE,
  tokens,
  type World,
} from '../world.fixture.ts';

type Refused = Extract<PageRequest, { kind: 'prove' }>['refused'];

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
});

const prove = (
  url = RESOURCE,
  {
    method = 'POST',
    agent,
    refused,
    mcp = false,
  }: { method?: string; agent?: Origin; refused?: Refused; mcp?: boolean } = {},
) =>
  world.ask(
    { kind: 'prove', token: session.handles.access, method, url, mcp, ...(refused && { refused }) },
    world.caller(agent),
  );
const proofIn = (reply: PageReply) => {
  if (reply.kind !== 'proof') throw new Error(`the page got ${reply.kind}`);
  return { ...reply, claims: decodeJwt(reply.proof) };
};
/** The network saw the request of a proof leave with the real token, and come back. */
const answer = async (jti: string, status: number, headers: Record<string, string> = {}, token = 'real-access') => {
  const fields = new Headers(headers);
  world.holdfast.proofLog.sent(jti, leaving(`DPoP ${token}`));
  await world.holdfast.proofLog.answered(jti, status, (name) => fields.get(name), [...fields.values()]);
};

test('a proof is for this method, this URL and this token, and the token goes into the network layer', async () => {
  const { claims, jti } = proofIn(await prove(aResource(`${RESOURCE}?x=1`), { method: 'DELETE' }));
  expect(claims).toMatchObject({ htm: 'DELETE', htu: RESOURCE, ath: await ath('real-access'), jti });
  const credential = { header: 'authorization', scheme: 'DPoP', accessToken: 'real-access', session: session.id };
  expect(world.presented).toEqual([{ tab: 1, url: `${RESOURCE}?x=1`, ...credential }]);
});

test.each([
  ['all of their origin', aResource('https://as.example/')],
  ['what it is first used for', NO_RESOURCE],
])('the endpoints of a session’s server are not its resource’s, though that is %s', async (_, resource) => {
  session = await world.bound({ resource });
  await world.authorize('challenge');
  for (const endpoint of [METADATA.token_endpoint, METADATA.introspection_endpoint, METADATA.revocation_endpoint]) {
    for (const url of [endpoint, `${endpoint}?x`]) {
      expect(answerOf(await prove(aResource(url), { mcp: true })).status, url).toBe(403);
    }
  }
  expect((await prove(aResource('https://as.example/mcp'), { mcp: true })).kind).toBe('proof');
});

test('what the page is given holds no token', async () => {
  expect(JSON.stringify(await prove())).not.toContain('real-');
});

test('no jti is used twice', async () => {
  const jtis = [];
  for (let index = 0; index < 50; index += 1) jtis.push(proofIn(await prove()).jti);
  expect(new Set(jtis).size).toBe(50);
});

describe('no proof is made', () => {
  test.each([
    'https://mcp.example/admin',
    'https://mcp.example/mcp-evil',
    'https://mcp.example:8443/mcp',
    'http://mcp.example/mcp',
    'https://evil.example/mcp',
    'https://mcp.example/mcp/*',
    'https://mcp.example/mcp/a|b',
    'https://mcp.example.evil.example/mcp',
    `${METADATA.token_endpoint}`,
  ])('for %s', async (url) => {
    expect(answerOf(await prove(aResource(url)))).toMatchObject({ status: 403, error: 'access_denied' });
    expect(world.presented).toEqual([]);
  });

  test.each([
    'https://evil.example',
    'https://sub.agent.example',
    'https://agent.example:8443',
    'http://agent.example',
  ])('for %s', async (agent) => {
    expect(await prove(RESOURCE, { agent: anOrigin(agent) })).toEqual({ kind: 'pass' });
    expect(world.presented).toEqual([]);
  });

  test('over plain http, though the session was made for a resource there', async () => {
    session = await world.bound({ resource: 'http://mcp.example/mcp' });
    expect(answerOf(await prove(aResource('http://mcp.example/mcp'))).status).toBe(403);
    expect(world.presented).toEqual([]);
  });

  test('without access to the server', async () => {
    world.declines.add('https://mcp.example');
    expect(answerOf(await prove())).toMatchObject({ status: 403, error: 'access_denied' });
  });

  test('without the key: the session says so, and no new key is made', async () => {
    await world.ports.keys.remove(session.binding.thumbprint);
    expect(await prove()).toEqual({ kind: 'pass' });
    expect((await world.ports.sessions.get(session.id))?.state).toBe('keyLost');
  });

  test('for a handle that nobody has', async () => {
    const handle = `hf_${'x'.repeat(43)}` as typeof session.handles.access;
    expect(await world.ask({ kind: 'prove', token: handle, method: 'GET', url: RESOURCE })).toEqual({ kind: 'pass' });
  });
});

describe('nonces', () => {
  test('come from what the network saw, and stay with their server', async () => {
    await answer(proofIn(await prove()).jti, 200, { 'DPoP-Nonce': 'n1' });
    expect(proofIn(await prove()).claims.nonce).toBe('n1');
    const other = await world.bound({ resource: 'https://other.example/mcp' });
    const reply = await world.ask({
      kind: 'prove',
      token: other.handles.access,
      method: 'GET',
      url: 'https://other.example/mcp',
    });
    expect(proofIn(reply).claims).not.toHaveProperty('nonce');
  });

  const challenge = 'DPoP error="use_dpop_nonce"';

  test('are tried once: a challenge with a new one gets a new proof, and only one', async () => {
    const { jti } = proofIn(await prove());
    await answer(jti, 401, { 'WWW-Authenticate': challenge, 'DPoP-Nonce': 'n1' });
    const refused = { jti, nonce: 'n1', challenge };
    const second = proofIn(await prove(RESOURCE, { refused }));
    expect(second.claims.nonce).toBe('n1');
    expect(second.jti).not.toBe(jti);
    expect((await prove(RESOURCE, { refused })).kind).toBe('relabel');
  });

  test('are tried also where the challenge comes with 400, or a 400 gives the first one without a word', async () => {
    for (const [headers, given] of [
      [{ 'WWW-Authenticate': challenge, 'DPoP-Nonce': 'n1' }, challenge],
      [{ 'DPoP-Nonce': 'n1' }, undefined],
    ] as const) {
      world = createWorld();
      session = await world.bound();
      const { jti } = proofIn(await prove());
      await answer(jti, 400, headers);
      expect(proofIn(await prove(RESOURCE, { refused: { jti, nonce: 'n1', challenge: given } })).claims.nonce).toBe(
        'n1',
      );
    }
  });

  test('that come with a 400 to a request that had one already say nothing of it', async () => {
    await answer(proofIn(await prove()).jti, 200, { 'DPoP-Nonce': 'n1' });
    const { jti } = proofIn(await prove());
    await answer(jti, 400, { 'DPoP-Nonce': 'n2' });
    expect((await prove(RESOURCE, { refused: { jti, nonce: 'n2' } })).kind).toBe('pass');
  });

  test('that were tried already are not tried again', async () => {
    await answer(proofIn(await prove()).jti, 200, { 'DPoP-Nonce': 'n1' });
    const { jti } = proofIn(await prove());
    await answer(jti, 401, { 'WWW-Authenticate': challenge, 'DPoP-Nonce': 'n1' });
    expect((await prove(RESOURCE, { refused: { jti, nonce: 'n1', challenge } })).kind).toBe('relabel');
  });

  test('that were not given are not tried: a challenge without one surfaces', async () => {
    await answer(proofIn(await prove()).jti, 200, { 'DPoP-Nonce': 'n1' });
    const { jti } = proofIn(await prove());
    await answer(jti, 401, { 'WWW-Authenticate': challenge });
    expect((await prove(RESOURCE, { refused: { jti, challenge } })).kind).toBe('relabel');
  });

  test('that a page makes up are used for its own request alone', async () => {
    const { jti } = proofIn(await prove());
    await answer(jti, 401, { 'WWW-Authenticate': challenge });
    proofIn(await prove(RESOURCE, { refused: { jti, nonce: 'made-up', challenge } }));
    expect(proofIn(await prove()).claims).not.toHaveProperty('nonce');
  });
});

describe('a refused request', () => {
  const challenge = 'DPoP error="invalid_token"';

  test('is made once more when the token has changed meanwhile', async () => {
    const { jti } = proofIn(await prove());
    await answer(jti, 401, { 'WWW-Authenticate': challenge });
    await world.ports.sessions.save(session, { accessToken: anAccessToken('real-access-2') });
    const second = proofIn(await prove(RESOURCE, { refused: { jti, challenge } }));
    expect(second.claims.ath).toBe(await ath('real-access-2'));
  });

  test('is made once more for a challenge that its server’s CORS keeps from the page', async () => {
    const { jti } = proofIn(await prove());
    await answer(jti, 401, { 'WWW-Authenticate': 'DPoP error="use_dpop_nonce"', 'DPoP-Nonce': 'n1' });
    const second = proofIn(await prove(RESOURCE, { refused: { jti, nonce: 'n1' } }));
    expect(second.claims.nonce).toBe('n1');
    await answer(second.jti, 401, { 'WWW-Authenticate': challenge });
    // What the page cannot read, it is not told either.
    expect(await prove(RESOURCE, { refused: { jti: second.jti } })).toEqual({ kind: 'pass' });
  });

  test('is made once more when another token than the proof’s had left', async () => {
    const { jti } = proofIn(await prove());
    await answer(jti, 401, { 'WWW-Authenticate': challenge }, 'another-token');
    expect((await prove(RESOURCE, { refused: { jti, challenge } })).kind).toBe('proof');
  });

  test('is made once more when its rule had gone before it could leave, and not when that stood', async () => {
    const gone = aResource(`${RESOURCE}/gone`);
    world.cleared.push(`1 ${gone}`);
    const again = async (url: typeof RESOURCE) => {
      const { jti } = proofIn(await prove(url));
      return (await prove(url, { refused: { jti } })).kind;
    };
    expect(await Promise.all([again(RESOURCE), again(gone)])).toEqual(['pass', 'proof']);
  });

  test('is not made again for the same reason, and its challenge is put into Bearer words', async () => {
    const { jti } = proofIn(await prove());
    await answer(jti, 401, { 'WWW-Authenticate': challenge });
    expect(await prove(RESOURCE, { refused: { jti, challenge } })).toEqual({
      kind: 'relabel',
      challenge: 'Bearer error="invalid_token"',
    });
  });

  test('is made once more with the server’s time when the clock is off', async () => {
    const { jti } = proofIn(await prove());
    const hour = 3_600_000;
    await answer(jti, 401, {
      'WWW-Authenticate': 'DPoP error="invalid_dpop_proof"',
      Date: new Date(world.ports.now() + hour).toUTCString(),
    });
    const second = proofIn(await prove(RESOURCE, { refused: { jti, challenge: 'DPoP error="invalid_dpop_proof"' } }));
    expect(Number(second.claims.iat) * 1000 - world.ports.now()).toBeGreaterThan(hour - 1_000);
  });

  describe('for its proof, though nothing is wrong with that,', () => {
    const INVALID = 'DPoP error="invalid_dpop_proof"';
    const SERVER = originOf(RESOURCE);
    const refuse = async (more: Record<string, string> = {}, token?: string) => {
      const { jti } = proofIn(await prove());
      await answer(jti, 401, { 'WWW-Authenticate': INVALID, ...more }, token);
      const { proofRefusedBy } = await world.ports.usage.get(session.id);
      const line = world.activity.findLast(({ kind }) => kind === 'refused');
      return [proofRefusedBy, line?.kind === 'refused' && line.code];
    };

    test('is said so, until the server takes one', async () => {
      expect(await refuse({ Date: new Date(world.ports.now()).toUTCString() })).toEqual([
        SERVER,
        'sound_proof_refused',
      ]);
      expect(await refuse()).toEqual([SERVER, 'sound_proof_refused']);
      const { jti } = proofIn(await prove());
      await answer(jti, 200);
      expect(await world.ports.usage.get(session.id)).not.toHaveProperty('proofRefusedBy');
    });

    test.each<[string, Record<string, string>, string?]>([
      ['the clocks differ', { Date: new Date(Date.UTC(2026, 10, 24)).toUTCString() }],
      ['the server takes another algorithm', { 'WWW-Authenticate': `${INVALID}, algs="RS256"` }],
      ['another token had left', {}, 'another-token'],
    ])('is not said so where %s', async (_, headers, token) => {
      expect(await refuse(headers, token)).toEqual([undefined, 'invalid_dpop_proof']);
    });

    test('is not said so of the proof for a URL that the server has sent on to another', async () => {
      const { jti } = proofIn(await prove());
      await answer(jti, 308, { Location: `${RESOURCE}/` });
      const challenged = new Headers({ 'WWW-Authenticate': INVALID });
      await world.holdfast.proofLog.answered(jti, 401, (name) => challenged.get(name));
      expect(await world.ports.usage.get(session.id)).not.toHaveProperty('proofRefusedBy');
    });
  });

  describe('where the server has sent it on to another URL', () => {
    const refused = async (status = 401) => {
      const { jti } = proofIn(await prove());
      await answer(jti, status, { 'WWW-Authenticate': challenge });
      return { jti, challenge };
    };

    test('is made once more with a proof for that URL, and only once', async () => {
      const first = await refused();
      const second = proofIn(await prove(aResource(`${RESOURCE}/`), { refused: first }));
      expect(second.claims.htu).toBe(`${RESOURCE}/`);
      expect(world.presented.at(-1)?.url).toBe(`${RESOURCE}/`);
      expect((await prove(aResource(`${RESOURCE}/x`), { refused: first })).kind).toBe('relabel');
    });

    test('is made with the nonce that came with the refusal', async () => {
      const first = await refused();
      const second = proofIn(await prove(aResource(`${RESOURCE}/`), { refused: { ...first, nonce: 'n-1' } }));
      expect(second.claims.nonce).toBe('n-1');
    });

    test.each(['https://evil.example/mcp', 'https://mcp.example/login', 'http://mcp.example/mcp/'])(
      'is not made again for what is not the session’s: %s',
      async (url) => {
        const before = world.presented.length;
        expect((await prove(aResource(url), { refused: await refused() })).kind).toBe('relabel');
        expect(world.presented.slice(before).map((one) => one.url)).toEqual([RESOURCE]);
      },
    );

    test('another query alone is no reason', async () => {
      expect((await prove(aResource(`${RESOURCE}?x=1`), { refused: await refused() })).kind).toBe('relabel');
    });

    test('redirects that lead to refusals without end open the breaker', async () => {
      for (let index = 0; index < 10; index += 1) {
        const { jti } = proofIn(await prove());
        await answer(jti, 307);
        await answer(jti, 401);
      }
      expect((await prove()).kind).toBe('unreachable');
    });
  });

  test('that is none of this session’s is not made again', async () => {
    expect((await prove(RESOURCE, { refused: { jti: 'unknown', nonce: 'n', challenge } })).kind).toBe('relabel');
    const { jti } = proofIn(await prove());
    await answer(jti, 401, { 'WWW-Authenticate': challenge }, 'another-token');
    session = await world.bound();
    expect((await prove(RESOURCE, { refused: { jti, challenge } })).kind).toBe('relabel');
  });
});

test('a request that got no answer, and a server’s own error, are seen as that; what the page has given up is not', async () => {
  const { proofLog } = world.holdfast;
  const last = async () => (await world.ports.usage.get(session.id)).last;
  await answer(proofIn(await prove()).jti, 200);
  await expect.poll(last).toMatchObject({ status: 200 });
  const [given, lost] = [proofIn(await prove()).jti, proofIn(await prove()).jti];
  for (const jti of [given, lost]) proofLog.sent(jti, leaving('DPoP real-access'));
  proofLog.lost(given, true);
  expect(world.activity.at(-1)).toMatchObject({ kind: 'proved' });
  world.pass(1000);
  proofLog.lost(lost, false);
  await expect.poll(last).toEqual({ at: world.ports.now() });
  expect(world.activity.at(-1)).toMatchObject({ kind: 'unserved', session: session.id, server: originOf(RESOURCE) });
  await answer(proofIn(await prove()).jti, 503);
  expect(world.activity.at(-1)).toMatchObject({ kind: 'unserved', status: 503 });
});

test('a request that could not leave, because its server is not there, is seen as one that got no answer', async () => {
  const { proofLog } = world.holdfast;
  const request = { tab: 1, initiator: AGENT, method: 'POST', url: RESOURCE };
  const unserved = () => world.activity.filter(({ kind }) => kind === 'unserved');
  proofLog.unsent(request, true);
  expect(unserved()).toEqual([]);
  const { jti } = proofIn(await prove());
  proofLog.unsent(request, false);
  for (const other of [
    { tab: 2 },
    { method: 'GET' },
    { url: `${RESOURCE}/other` },
    { initiator: anOrigin('https://other.example') },
  ]) {
    proofLog.unsent({ ...request, ...other }, true);
  }
  expect(unserved()).toEqual([]);
  proofLog.unsent(request, true);
  expect(unserved()).toMatchObject([{ session: session.id, server: originOf(RESOURCE) }]);
  await expect.poll(async () => (await world.ports.usage.get(session.id)).last).toEqual({ at: world.ports.now() });
  // Nobody can tell that it was this one: the request with it may still leave.
  expect(proofLog.sent(jti, leaving('DPoP real-access'))).toBe(true);
  world.pass(10_000);
  proofLog.unsent(request, true);
  expect(unserved()).toHaveLength(1);
});

test('refusals without end open the breaker, and it closes after a while', async () => {
  for (let index = 0; index < 10; index += 1) await answer(proofIn(await prove()).jti, 401);
  const until = world.ports.now() + 30_000;
  expect(world.holdfast.heldBackUntil(session.id)).toBe(until);
  expect(await prove()).toEqual({ kind: 'unreachable' });
  expect(world.activity.at(-1)).toMatchObject({ kind: 'denied', code: 'breaker_open' });
  // What its server answered last is still to be seen.
  expect((await world.ports.usage.get(session.id)).last).toMatchObject({ status: 401 });
  world.pass(30_001);
  expect(world.holdfast.heldBackUntil(session.id)).toBeUndefined();
  expect((await prove()).kind).toBe('proof');
});

test('a server that answers each new nonce with another opens the breaker too', async () => {
  const challenge = 'DPoP error="use_dpop_nonce"';
  for (let index = 0; index < 10; index += 1) {
    const { jti } = proofIn(await prove());
    await answer(jti, 401, { 'WWW-Authenticate': challenge, 'DPoP-Nonce': `n${index}` });
    const second = proofIn(await prove(RESOURCE, { refused: { jti, nonce: `n${index}`, challenge } }));
    await answer(second.jti, 401, { 'WWW-Authenticate': challenge, 'DPoP-Nonce': `m${index}` });
  }
  expect(await prove()).toEqual({ kind: 'unreachable' });
});

test('a 400 with a challenge is noted as a refusal, a first challenge for a nonce as one, any other as an answer', async () => {
  const kinds: unknown[] = [];
  for (const field of [
    'DPoP error="use_dpop_nonce"',
    'DPoP error="invalid_dpop_proof"',
    'Bearer error="invalid_request"',
    undefined,
  ]) {
    await answer(proofIn(await prove()).jti, 400, field === undefined ? {} : { 'WWW-Authenticate': field });
    kinds.push(world.activity.at(-1)?.kind);
  }
  expect(kinds).toEqual(['challenged', 'refused', 'refused', 'proved']);
});

test('first challenges for a nonce are no refusals, however many there are', async () => {
  for (let index = 0; index < 20; index += 1)
    await answer(proofIn(await prove()).jti, 401, { 'WWW-Authenticate': 'DPoP error="use_dpop_nonce"' });
  expect((await prove()).kind).toBe('proof');
});

test('a refusal that the network does not confirm is waited for a moment, and no longer', async () => {
  const { jti } = proofIn(await prove());
  world.holdfast.proofLog.sent(jti, leaving('DPoP real-access'));
  expect((await prove(RESOURCE, { refused: { jti, challenge: 'DPoP error="invalid_token"' } })).kind).toBe('relabel');
});

test('of the proofs that were made long ago nothing is kept', async () => {
  const { jti } = proofIn(await prove());
  const minted = { session: session.id, agent: AGENT, tab: 1, server: 'https://mcp.example', resource: RESOURCE };
  for (let index = 0; index < 2_000; index += 1)
    world.holdfast.proofLog.minted(`jti ${index}`, {
      ...minted,
      ...{ header: 'authorization', scheme: 'DPoP' },
      state: 'bound',
      accessToken: anAccessToken('real-access'),
      method: 'POST',
      url: RESOURCE,
      nonce: undefined,
      made: undefined,
      mark: undefined,
      isAhead: false,
      clockOffset: 0,
      isRetry: false,
    });
  expect(await world.holdfast.proofLog.seen(jti, 0)).toBeUndefined();
});

test('a page that floods the resource with requests of its own fills no log with them', async () => {
  for (let index = 0; index < 50; index += 1) await world.holdfast.unproved(AGENT, `${RESOURCE}?${index}`, 'Basic');
  expect(world.activity.filter(({ kind }) => kind === 'unproved')).toHaveLength(1);
});

test('refusals with answers or with time between them are no loop', async () => {
  const refuse = async () => answer(proofIn(await prove()).jti, 401);
  for (let index = 0; index < 9; index += 1) await refuse();
  await answer(proofIn(await prove()).jti, 200);
  for (let index = 0; index < 9; index += 1) await refuse();
  world.pass(10_001);
  for (let index = 0; index < 20; index += 1) {
    await refuse();
    world.pass(2_000);
  }
  expect((await prove()).kind).toBe('proof');
});

test('a client that named no resource gets the first MCP server that it uses, and only that', async () => {
  session = await world.bound({ resource: NO_RESOURCE });
  expect(answerOf(await prove(aResource('https://api.example/me'), { method: 'GET' })).status).toBe(403);
  expect((await prove(aResource('https://first.example/mcp'), { mcp: true })).kind).toBe('proof');
  expect(await world.ports.sessions.get(session.id)).toMatchObject({ resource: 'https://first.example/mcp' });
  expect(answerOf(await prove(aResource('https://second.example/mcp'), { mcp: true })).status).toBe(403);
});

test('a resource that the person declines does not become the session’s', async () => {
  session = await world.bound({ resource: NO_RESOURCE });
  world.declines.add('https://first.example');
  expect(answerOf(await prove(aResource('https://first.example/mcp'), { mcp: true })).status).toBe(403);
  expect((await prove(aResource('https://second.example/mcp'), { mcp: true })).kind).toBe('proof');
});

test('a request of the page’s own waits until every proof that is out has left', async () => {
  const { jti } = proofIn(await prove());
  const aside = world.ask({ kind: 'aside', url: RESOURCE });
  await prove(aResource('https://mcp.example/mcp/other')); // what is asked later, for another place, is answered
  expect(world.cleared).toEqual([]);
  world.holdfast.proofLog.sent(jti, leaving('DPoP real-access'));
  expect(await aside).toEqual({ kind: 'pass' });
  expect(world.cleared).toEqual([`1 ${RESOURCE}`]);
});

test('nor for one that was made for a document that is gone', async () => {
  await prove();
  const aside = world.ask({ kind: 'aside', url: RESOURCE });
  await prove(aResource('https://mcp.example/mcp/other'));
  expect(world.cleared).toEqual([]);
  world.holdfast.tabLeft(1);
  expect(await aside).toEqual({ kind: 'pass' });
});

describe('a server that repeats the token in a header field', () => {
  const repeated = () => world.activity.filter(({ kind }) => kind === 'repeated');

  test('is noted with the session, and logged once', async () => {
    for (const status of [200, 401]) {
      await answer(proofIn(await prove()).jti, status, {
        'WWW-Authenticate': `DPoP error="invalid_token", error_description="${btoa('DPoP real-access')}"`,
      });
    }
    expect(await world.ports.usage.get(session.id)).toMatchObject({ repeatsToken: true });
    expect(repeated()).toEqual([
      { at: world.ports.now(), agent: AGENT, session: session.id, server: 'https://mcp.example', kind: 'repeated' },
    ]);
  });

  test('is none that has another token there', async () => {
    await answer(proofIn(await prove()).jti, 200, { 'X-Echo': 'another-token', Date: new Date().toUTCString() });
    expect(await world.ports.usage.get(session.id)).not.toHaveProperty('repeatsToken');
    expect(repeated()).toEqual([]);
  });
});

describe('another extension', () => {
  const overruled = () => world.activity.filter(({ kind }) => kind === 'overruled');
  const leave = async (authorization: string, other: Partial<Leaving> = {}) => {
    const { jti } = proofIn(await prove());
    world.holdfast.proofLog.sent(jti, { ...leaving(authorization), ...other });
  };

  test.each(['Bearer another-token', 'Basic dTpw', ''])(
    'that puts %s in place of the token is noticed, once an hour',
    async (authorization) => {
      for (let index = 0; index < 5; index += 1) await leave(authorization);
      expect(overruled()).toEqual([
        { at: world.ports.now(), agent: AGENT, session: session.id, server: 'https://mcp.example', kind: 'overruled' },
      ]);
      world.pass(3_600_000);
      await leave(authorization);
      expect(overruled()).toHaveLength(2);
    },
  );

  test('is none where a page can do it: in another tab, at another URL, and where no rule stands', async () => {
    await leave('Bearer own', { tab: 2 });
    await leave('Bearer own', { url: `${RESOURCE}?x=1` });
    await leave(`Bearer ${session.handles.access}`);
    await leave('Bearer real-access'); // as a page does that holds its token itself
    for (const withdraw of [world.ports.rules.withdrawAll, world.holdfast.lock]) {
      const { jti } = proofIn(await prove());
      await withdraw();
      world.holdfast.proofLog.sent(jti, leaving('Bearer own'));
    }
    expect(overruled()).toEqual([]);
  });
});

describe('what is counted', () => {
  test('is what left with the real token and came back', async () => {
    const { jti } = proofIn(await prove());
    expect((await world.ports.usage.get(session.id)).proofs).toBe(0);
    await answer(jti, 200);
    await expect
      .poll(async () => world.ports.usage.get(session.id))
      .toMatchObject({ proofs: 1, last: { status: 200 } });
  });

  test('is not what left with a handle, because no rule stood', async () => {
    const { jti } = proofIn(await prove());
    world.holdfast.proofLog.sent(jti, leaving(`Bearer ${session.handles.access}`));
    await answer(proofIn(await prove()).jti, 200);
    await expect
      .poll(async () => world.ports.usage.get(session.id))
      .toMatchObject({ proofs: 1, last: { status: 200 } });
  });

  test.each([
    ['at another server', { url: 'https://evil.example/mcp' }],
    ['by another page', { initiator: anOrigin('https://evil.example') }],
  ])(
    'is not what a page puts a proof’s jti into %s: it gives the server neither a nonce nor a clock',
    async (_, other) => {
      const { jti } = proofIn(await prove());
      const isOurs = world.holdfast.proofLog.sent(jti, { ...leaving('DPoP real-access'), ...other });
      expect(isOurs).toBe(false);
      expect(world.holdfast.proofLog.madeFor(jti, AGENT, RESOURCE)).not.toHaveProperty('sentAt');
    },
  );

  test('keeps the proof that Holdfast made, and no word of the page’s', async () => {
    const { jti, claims } = proofIn(await prove());
    await answer(jti, 200);
    await expect.poll(async () => (await world.ports.usage.get(session.id)).proof?.claims).toEqual(claims);
  });

  test('names no token that a server puts where an error code stands', async () => {
    await answer(proofIn(await prove()).jti, 401, { 'WWW-Authenticate': 'DPoP error="real-access"' });
    expect(world.activity).toContainEqual(expect.objectContaining({ kind: 'refused', code: 'other' }));
    await expect.poll(async () => (await world.ports.usage.get(session.id)).last?.error).toBe('other');
  });

  test('and the log hold no secret', async () => {
    await answer(proofIn(await prove()).jti, 401, {
      'WWW-Authenticate': 'DPoP error="invalid_token"',
      'DPoP-Nonce': 'n-secret',
    });
    world.replies.push(tokens());
    expect(JSON.stringify(world.activity)).not.toMatch(/real-|hfr?_[\w-]{43}|n-secret/);
  });
});

test('refusals of requests that were under way together are no loop', async () => {
  const proofs = await Promise.all(Array.from({ length: 30 }, async () => proofIn(await prove()).jti));
  for (const jti of proofs) world.holdfast.proofLog.sent(jti, leaving('DPoP real-access'));
  for (const jti of proofs) {
    world.pass(1);
    await world.holdfast.proofLog.answered(jti, 401, () => null);
  }
  expect((await prove()).kind).toBe('proof');
});
