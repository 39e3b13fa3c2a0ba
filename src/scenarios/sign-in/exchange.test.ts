import { beforeEach, describe, expect, test, vi } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import {
  AGENT,
  answerOf,
  createWorld,
  METADATA,
  METADATA_URL,
  oauthRefusal,
  RESOURCE,
  tokens,
  type World,
} from '../world.fixture.ts';

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const CHALLENGE = await codeChallenge(VERIFIER);
const CODE = {
  grant_type: 'authorization_code',
  code: 'c',
  code_verifier: VERIFIER,
  client_id: 'me',
  resource: RESOURCE,
};

let world: World;
beforeEach(() => {
  world = createWorld();
});

const exchange = (form: Record<string, string> = CODE, ...more: [ReturnType<World['caller']>?, [string, string][]?]) =>
  world.post(METADATA.token_endpoint, form, ...more);
/** What the agent's next authorization request names, and where. */
const armed = async (agent = AGENT) => {
  await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true }, world.caller(agent));
  const named = world.named.at(-1);
  if (!named) throw new Error('nothing is armed');
  return named;
};
/** The authorization request of `CODE` leaves, with the key that it names. */
const leave = (endpoint: string, thumbprint: string) => {
  const query = new URLSearchParams({
    ...{ client_id: 'me', resource: RESOURCE, dpop_jkt: thumbprint },
    ...{ code_challenge: CHALLENGE, code_challenge_method: 'S256' },
  });
  return world.holdfast.authorized(AGENT, `${endpoint}?${query}`);
};
const only = async () => {
  const [session, ...rest] = await world.ports.sessions.list();
  if (!session || rest.length > 0) throw new Error('there is not exactly one session');
  return session;
};

describe('a code exchange', () => {
  test('binds the tokens to the key that the authorization request named, and gives the page handles', async () => {
    const key = await world.authorize(await codeChallenge(VERIFIER));
    world.replies.push(tokens({ scope: 'a' }));
    const answer = answerOf(await exchange());
    expect(answer).toMatchObject({ status: 200, token_type: 'Bearer', expires_in: 3600, scope: 'a' });
    expect(answer.access_token).toMatch(/^hf_[\w-]{43}$/);
    expect(answer.refresh_token).toMatch(/^hfr_[\w-]{43}$/);
    expect(await only()).toMatchObject({
      state: 'bound',
      agent: AGENT,
      resource: RESOURCE,
      binding: { thumbprint: key, codeBound: true },
      scopes: ['a'],
    });
    expect(world.posted[0]?.proof).toMatchObject({ claims: { htm: 'POST', htu: METADATA.token_endpoint } });
    expect(world.posted[0]?.proof?.claims).not.toHaveProperty('ath');
    expect(world.posted[0]?.agent).toBe(AGENT);
  });

  test('gives the page no token, wherever the server repeats it', async () => {
    await world.authorize(await codeChallenge(VERIFIER));
    world.replies.push(tokens({ accessToken: 'real-access', extra: { nested: 'real-refresh' }, id_token: 'who' }));
    const reply = await exchange();
    expect(JSON.stringify(reply)).not.toMatch(/real-/);
    expect(answerOf(reply).id_token).toBe('who');
  });

  test('has a key of its own for each authorization request', async () => {
    const first = await world.authorize(await codeChallenge('one'));
    const second = await world.authorize(await codeChallenge('two'));
    expect(first).not.toBe(second);
    world.replies.push(tokens(), tokens());
    await exchange({ ...CODE, code_verifier: 'two' });
    await exchange({ ...CODE, code_verifier: 'one' });
    const sessions = await world.ports.sessions.list();
    expect(sessions.map((session) => session.state === 'bound' && session.binding.thumbprint).sort()).toEqual(
      [first, second].sort(),
    );
  });

  test('finds a key that is there, where the session before it has lost its own and so has the next sign-in', async () => {
    const session = await world.bound();
    const { thumbprint } = await armed();
    for (const key of await world.ports.keys.list()) await world.ports.keys.remove(key);
    await world.ask({ kind: 'prove', token: session.handles.access, method: 'POST', url: RESOURCE });
    const named = world.named.at(-1)?.thumbprint ?? '';
    expect(named).not.toBe(thumbprint);
    expect(await world.ports.keys.list()).toEqual([named]);
  });

  test('waits for its authorization request, where that has just left', async () => {
    const { thumbprint, endpoint } = await armed();
    const left = leave(endpoint, thumbprint);
    world.replies.push(tokens());
    await exchange();
    await left;
    expect(await only()).toMatchObject({ binding: { thumbprint, codeBound: true } });
  });

  test('waits for its authorization request also where one that left after it was looked at sooner', async () => {
    const { thumbprint, endpoint } = await armed();
    const { ofAgent } = world.ports.arming;
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    vi.spyOn(world.ports.arming, 'ofAgent').mockImplementationOnce((agent) => held.then(() => ofAgent(agent)));
    const left = leave(endpoint, thumbprint);
    await world.holdfast.authorized(AGENT, endpoint);
    world.replies.push(tokens());
    const exchanged = exchange();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(world.posted).toEqual([]);
    goOn();
    await Promise.all([left, exchanged]);
    expect(await only()).toMatchObject({ binding: { thumbprint, codeBound: true } });
  });

  test('has the key that its authorization request named, also where that is seen only now', async () => {
    const { thumbprint, endpoint } = await armed();
    const { authorization } = world.ports.arming;
    vi.spyOn(world.ports.arming, 'authorization').mockImplementationOnce(async (challenge) => {
      const found = await authorization(challenge);
      await leave(endpoint, thumbprint);
      return found;
    });
    world.replies.push(tokens());
    await exchange();
    expect(await only()).toMatchObject({ binding: { thumbprint, codeBound: true } });
    expect(world.posted).toHaveLength(1);
  });

  test('of a plain code challenge finds its key too', async () => {
    const key = await world.authorize(VERIFIER, AGENT, 'plain');
    world.replies.push(tokens());
    await exchange();
    expect(await only()).toMatchObject({ binding: { thumbprint: key } });
    expect(JSON.stringify(await (await world.database).getAll('authorizations'))).not.toContain(VERIFIER);
  });

  test('whose authorization request was not seen takes the armed key, and says that the code was not bound', async () => {
    await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
    const armed = world.named.at(-1)?.thumbprint;
    world.replies.push(tokens());
    await exchange();
    expect(await only()).toMatchObject({ binding: { thumbprint: armed, codeBound: false } });
    expect(world.named.at(-1)?.thumbprint).not.toBe(armed);
  });

  test('does not take the key of another agent, though the verifier is the same', async () => {
    await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
    const key = await world.authorize(await codeChallenge(VERIFIER), anOrigin('https://other.example'));
    world.replies.push(tokens());
    await exchange();
    expect(await only()).toMatchObject({ agent: AGENT, binding: { codeBound: false } });
    expect((await only()) as object).not.toMatchObject({ binding: { thumbprint: key } });
  });

  test('of a request that left before the next key was named finds the key that it named', async () => {
    const { endpoint, thumbprint } = await armed();
    const leave = async (verifier: string) => {
      const query = new URLSearchParams({ code_challenge: await codeChallenge(verifier), dpop_jkt: thumbprint });
      await world.holdfast.authorized(AGENT, `${endpoint}?${query}&code_challenge_method=S256`);
    };
    await Promise.all([leave('one'), leave('two')]);
    await leave('three');
    for (const code_verifier of ['one', 'two', 'three']) {
      world.replies.push(tokens());
      await exchange({ ...CODE, code_verifier });
    }
    const sessions = await world.ports.sessions.list();
    expect(sessions.map((session) => 'binding' in session && session.binding?.thumbprint)).toEqual(
      sessions.map(() => thumbprint),
    );
    expect(sessions).toHaveLength(3);
    world.replies.push({ body: '' }, { body: '' });
    await world.holdfast.revoke(sessions[0]?.id as never);
    expect(await world.ports.keys.get(thumbprint as never)).toBeDefined(); // the others go on
  });

  test.each([
    ['the same host at another port', 'http://localhost:3000', 'http://localhost:5173', true],
    ['a host below', 'https://agent.example', 'https://app.agent.example', true],
    ['a host above', 'https://app.agent.example', 'https://agent.example', false],
    ['another host', 'https://agent.example', 'https://evil-agent.example', false],
  ])('finds the key that a rule of %s named', async (_, neighbour, agent, isFound) => {
    const { endpoint, thumbprint } = await armed(anOrigin(neighbour));
    await armed(anOrigin(agent));
    const query = new URLSearchParams({ code_challenge: await codeChallenge(VERIFIER), dpop_jkt: thumbprint });
    await world.holdfast.authorized(anOrigin(agent), `${endpoint}?${query}&code_challenge_method=S256`);
    world.replies.push(tokens());
    await exchange(CODE, world.caller(anOrigin(agent)));
    const binding = { codeBound: isFound, thumbprint: isFound ? thumbprint : expect.not.stringMatching(thumbprint) };
    expect(await only()).toMatchObject({ binding });
  });

  test('whose key is lost asks to sign in again, and makes no new key', async () => {
    const key = await world.authorize(await codeChallenge(VERIFIER));
    await world.ports.keys.remove(key as never);
    expect(answerOf(await exchange())).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(world.posted).toEqual([]);
  });

  test('that is sent again, because the reply was lost, gets the same handles and is not sent to the server twice', async () => {
    await world.authorize(await codeChallenge(VERIFIER));
    world.replies.push(tokens());
    const first = answerOf(await exchange());
    const second = answerOf(await exchange());
    expect(second.access_token).toBe(first.access_token);
    expect(second.refresh_token).toBe(first.refresh_token);
    expect(world.posted).toHaveLength(1);
  });

  test('that is sent twice at once is sent to the server once', async () => {
    await world.authorize(await codeChallenge(VERIFIER));
    world.replies.push(tokens());
    const [first, second] = await Promise.all([exchange(), exchange()]);
    expect(answerOf(second).access_token).toBe(answerOf(first).access_token);
    expect(world.posted).toHaveLength(1);
  });

  test('goes to the token endpoint of the server that was asked for the code, and nowhere else', async () => {
    await world.authorize(await codeChallenge(VERIFIER));
    for (const url of ['https://as.example/evil', 'https://evil.example/token'])
      expect(await world.post(url, CODE)).toEqual({ kind: 'passAndReport' });
    expect(world.posted).toEqual([]);
  });

  test('keeps the real tokens here', async () => {
    await world.authorize(await codeChallenge(VERIFIER));
    world.replies.push(tokens());
    await exchange();
    const session = await only();
    expect(await world.ports.sessions.tokens(session.id)).toEqual({
      accessToken: 'real-access',
      refreshToken: 'real-refresh',
    });
  });

  test('keeps tokens sealed at rest', async () => {
    await world.authorize(await codeChallenge(VERIFIER));
    world.replies.push(tokens());
    await exchange();
    const stored = await (await world.database).getAll('tokens');
    expect(stored).toHaveLength(1);
    const text =
      new TextDecoder('latin1').decode(stored[0]?.sealed) +
      JSON.stringify(await (await world.database).getAll('sessions'));
    expect(text).not.toMatch(/real-/);
  });
});

describe('a token endpoint that asks for a nonce', () => {
  const challenge = (nonce: string) => oauthRefusal('use_dpop_nonce', { 'DPoP-Nonce': nonce });

  test('gets one more proof, with the nonce and a new jti; the next request carries the nonce at once', async () => {
    await world.authorize(await codeChallenge(VERIFIER));
    world.replies.push(challenge('n1'), tokens({}, { 'DPoP-Nonce': 'n2' }), tokens());
    answerOf(await exchange());
    await exchange({ grant_type: 'client_credentials', client_id: 'me' });
    const claims = world.posted.map(({ proof }) => proof?.claims);
    expect(claims.map((claim) => claim?.nonce)).toEqual([undefined, 'n1', 'n2']);
    expect(new Set(claims.map((claim) => claim?.jti)).size).toBe(3);
  });

  test('and asks again with the same nonce is not asked a third time', async () => {
    await world.authorize(await codeChallenge(VERIFIER));
    world.replies.push(challenge('n1'), challenge('n1'));
    expect(answerOf(await exchange())).toMatchObject({ status: 400, error: 'use_dpop_nonce' });
    expect(world.posted).toHaveLength(2);
  });

  test('but gives none is not asked again', async () => {
    await world.authorize(await codeChallenge(VERIFIER));
    world.replies.push(oauthRefusal('use_dpop_nonce'));
    await exchange();
    expect(world.posted).toHaveLength(1);
  });

  test.each([['the nonce that it was just given', { 'DPoP-Nonce': 'n1' }] as const, ['none', {}] as const])(
    'and gives %s is not asked again either, though one is known',
    async (_, headers) => {
      await world.authorize(await codeChallenge(VERIFIER));
      await world.ports.memory.setNonce('https://as.example', 'n1');
      world.replies.push(oauthRefusal('use_dpop_nonce', headers));
      expect(answerOf(await exchange())).toMatchObject({ error: 'use_dpop_nonce' });
      expect(world.posted).toHaveLength(1);
    },
  );

  test('asks with 400 or 401; what comes with another status is no challenge', async () => {
    await world.authorize(await codeChallenge(VERIFIER));
    world.replies.push({ ...challenge('n1'), status: 500 });
    expect(answerOf(await exchange())).toMatchObject({ status: 500, error: 'use_dpop_nonce' });
    expect(world.posted).toHaveLength(1);
  });
});

test('a refusal that is not for the proof is not answered with another: a code is spent once', async () => {
  await world.authorize(await codeChallenge(VERIFIER));
  const date = new Date(world.ports.now() - 3_600_000).toUTCString();
  world.replies.push(oauthRefusal('invalid_grant', { Date: date, 'DPoP-Nonce': 'n1' }));
  expect(answerOf(await exchange())).toMatchObject({ status: 400, error: 'invalid_grant' });
  expect(world.posted).toHaveLength(1);
  expect(await world.ports.memory.clockOffset('https://as.example')).toBe(0);
});

test.each([199, 302, 999])('a status that no page can be given (%i) reads as a bad gateway', async (status) => {
  await world.authorize(await codeChallenge(VERIFIER));
  world.replies.push({ status, body: { error: 'odd' } }, { status: status === 302 ? 600 : status, body: '' });
  expect(answerOf(await exchange())).toMatchObject({ status: 502, error: 'odd' });
  const pushed = { client_id: 'me', code_challenge: 'x', resource: RESOURCE };
  expect(await world.post(METADATA.pushed_authorization_request_endpoint, pushed)).toMatchObject({ status: 502 });
});

test('a sign-in whose sound proof is refused is remembered as that, until it succeeds or another begins', async () => {
  await world.authorize(await codeChallenge(VERIFIER));
  world.replies.push(oauthRefusal('invalid_dpop_proof'));
  expect(answerOf(await exchange())).toMatchObject({ status: 400, error: 'invalid_dpop_proof' });
  const left = async () => (await world.ports.arming.authorizations())[0];
  expect(await left()).toMatchObject({ agent: AGENT, refused: 'sound_proof_refused' });
  expect(world.activity.at(-1)).toMatchObject({ kind: 'refused', code: 'sound_proof_refused', status: 400 });
  expect(await world.ports.sessions.list()).toEqual([]);
  world.replies.push(tokens());
  await exchange();
  expect((await left())?.session).toBe((await only()).id);
});

test('a clock that is off by a day is corrected from the server’s Date, once', async () => {
  await world.authorize(await codeChallenge(VERIFIER));
  const day = 86_400_000;
  const date = new Date(world.ports.now() - day).toUTCString();
  world.replies.push(oauthRefusal('invalid_dpop_proof', { Date: date }), tokens());
  expect(answerOf(await exchange()).status).toBe(200);
  const [first, second] = world.posted.map(({ proof }) => Number(proof?.claims.iat));
  expect((first ?? 0) - (second ?? 0)).toBe(day / 1000);
});

describe('Holdfast does not open what CORS had closed', () => {
  test.each([{ 'Access-Control-Allow-Origin': 'https://other.example' }, { 'Access-Control-Allow-Origin': 'null' }])(
    '%j',
    async (headers) => {
      await world.authorize(await codeChallenge(VERIFIER));
      world.replies.push(tokens({}, headers));
      expect(await exchange()).toEqual({ kind: 'unreachable' });
      expect(await world.ports.sessions.list()).toEqual([]);
    },
  );
});

describe('a server that does not bind', () => {
  test('and answers a proof with a bearer token: where it is to be exposed, the page gets it as it came', async () => {
    world.policy.bearer = 'expose';
    await world.authorize(await codeChallenge(VERIFIER));
    world.replies.push(tokens({ token_type: 'bearer', custom: 1 }));
    expect(answerOf(await exchange())).toMatchObject({ access_token: 'real-access', token_type: 'bearer', custom: 1 });
    expect(await only()).toMatchObject({ state: 'exposed', reason: 'bearer_answer', resource: RESOURCE });
    expect(await world.ports.sessions.tokens((await only()).id)).toBeUndefined();
  });

  test('and says so in its metadata stays native', async () => {
    world.documents.set(METADATA_URL, { ...METADATA, dpop_signing_alg_values_supported: undefined });
    await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
    expect(world.named).toEqual([]);
    expect(await exchange()).toEqual({ kind: 'passAndReport' });
    expect(world.posted).toEqual([]);
  });
});

test('an agent that discovers nothing is led to its server by the resource that it names', async () => {
  world.documents.set('https://mcp.example/.well-known/oauth-protected-resource/mcp', {
    resource: RESOURCE,
    authorization_servers: ['https://as.example'],
  });
  world.replies.push(tokens());
  expect(answerOf(await exchange()).status).toBe(200);
  expect(await only()).toMatchObject({ state: 'bound', issuer: 'https://as.example' });
});

test('a server whose person declines an endpoint of it is not kept', async () => {
  world.documents.set(METADATA_URL, { ...METADATA, token_endpoint: 'https://tokens.example/token' });
  world.declines.add('https://tokens.example');
  await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
  expect(await world.ports.servers.list(AGENT)).toEqual([]);
});

test('a resource that is no web address is none', async () => {
  await world.authorize(await codeChallenge(VERIFIER));
  world.replies.push(tokens());
  await exchange({ ...CODE, resource: 'ftp://mcp.example/mcp' });
  expect((await only()).resource).toBeUndefined();
});

describe('an agent that discovers nothing goes on as without Holdfast', () => {
  beforeEach(() => {
    world.documents.set('https://mcp.example/.well-known/oauth-protected-resource/mcp', {
      resource: RESOURCE,
      authorization_servers: ['https://as.example'],
    });
  });

  test.each(['https://mcp.example', 'https://as.example'])('where %s is declined', async (origin) => {
    world.declines.add(origin);
    expect(await exchange()).toEqual({ kind: 'passAndReport' });
  });

  test('where the metadata is not there', async () => {
    world.documents.clear();
    expect(await exchange()).toEqual({ kind: 'passAndReport' });
    expect(world.activity).toEqual([]);
  });

  test('but not because of a fault of Holdfast’s own, which is said', async () => {
    vi.spyOn(world.ports.network, 'get').mockRejectedValue(new TypeError('a bug'));
    await exchange();
    expect(world.activity).toContainEqual(expect.objectContaining({ kind: 'failed' }));
  });
});

test('a resource cannot lead to a token endpoint that its server does not name', async () => {
  world.documents.set('https://mcp.example/.well-known/oauth-protected-resource/mcp', {
    resource: RESOURCE,
    authorization_servers: ['https://as.example'],
  });
  expect(await world.post('https://as.example/evil', CODE)).toEqual({ kind: 'passAndReport' });
  expect(world.posted).toEqual([]);
});

test('a server whose metadata stands at the second place where it may is found there', async () => {
  world.documents.set('https://mcp.example/.well-known/oauth-protected-resource/mcp', {
    resource: RESOURCE,
    authorization_servers: ['https://as.example'],
  });
  world.documents.delete(METADATA_URL);
  world.documents.set('https://as.example/.well-known/openid-configuration', METADATA);
  world.replies.push(tokens());
  expect(answerOf(await exchange()).status).toBe(200);
});

test('two requests at once that no sign-in was seen of have a key each', async () => {
  await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
  world.replies.push(tokens(), tokens());
  const form = { grant_type: 'client_credentials', client_id: 'me' };
  await Promise.all([exchange(form), exchange(form)]);
  const keys = (await world.ports.sessions.list()).map((one) => one.state === 'bound' && one.binding.thumbprint);
  expect(new Set(keys).size).toBe(2);
});

test('tabs that discover at once are armed with one key', async () => {
  await Promise.all(Array.from({ length: 5 }, () => world.ask({ kind: 'discover', url: METADATA_URL, dpop: true })));
  expect(new Set(world.named.map(({ thumbprint }) => thumbprint)).size).toBe(1);
  expect(await world.ports.keys.list()).toHaveLength(1);
});

test('an armed key that was lost is replaced before an authorization request can name it', async () => {
  await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
  const lost = world.named.at(-1)?.thumbprint;
  await world.ports.keys.remove(lost as never);
  await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
  const [armed] = await world.ports.keys.list();
  expect(world.named.at(-1)?.thumbprint).toBe(armed);
  expect(armed).not.toBe(lost);
});

test('a request that names the armed key anywhere but at the authorization endpoint is no authorization request', async () => {
  await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
  const query = `code_challenge=x&code_challenge_method=S256&dpop_jkt=${world.named.at(-1)?.thumbprint}`;
  for (const url of ['https://as.example/authorize/1', 'https://evil.example/authorize'])
    await world.holdfast.authorized(AGENT, `${url}?${query}`);
  expect(await world.ports.arming.authorization('x')).toBeUndefined();
});

describe('a server of which one host is declined', () => {
  const get = () => vi.spyOn(world.ports.network, 'get');
  const discover = (who = world.caller()) => world.ask({ kind: 'discover', url: METADATA_URL, dpop: true }, who);

  test('is not even asked for its metadata, when it is the one where that stands', async () => {
    world.declines.add('https://as.example');
    const asked = get();
    await discover();
    expect(asked).not.toHaveBeenCalled();
  });

  test('is not armed, when it is the one of an endpoint', async () => {
    world.documents.set(METADATA_URL, { ...METADATA, token_endpoint: 'https://token.example/token' });
    world.declines.add('https://token.example');
    await discover();
    expect(world.named).toEqual([]);
  });

  test('is not armed, when it is the one of the resource that the page signs in for', async () => {
    world.declines.add('https://mcp.example');
    const caller = world.caller();
    await world.ask({ kind: 'resource', url: RESOURCE }, caller);
    await discover(caller);
    expect(world.named).toEqual([]);
  });
});

test('the algorithm is the one that the server demands', async () => {
  world.documents.set(METADATA_URL, { ...METADATA, dpop_signing_alg_values_supported: ['RS256'] });
  await world.authorize(await codeChallenge(VERIFIER));
  world.replies.push(tokens());
  await exchange();
  expect(world.posted[0]?.proof?.header).toMatchObject({ alg: 'RS256', typ: 'dpop+jwt' });
});

test('a code for two resources at once is not spent: a session is for one', async () => {
  await world.authorize(await codeChallenge(VERIFIER));
  const body = new URLSearchParams(CODE);
  body.append('resource', 'https://other.example/mcp');
  const reply = await world.ask({ kind: 'form', url: METADATA.token_endpoint, headers: [], body: body.toString() });
  expect(answerOf(reply)).toMatchObject({ status: 400, error: 'invalid_target' });
  expect(world.posted).toEqual([]);
  world.replies.push(tokens());
  expect(answerOf(await exchange()).status).toBe(200);
});

test('a page that does its own DPoP keeps its token_type, and its proof does not reach the server', async () => {
  await world.authorize(await codeChallenge(VERIFIER));
  world.replies.push(tokens());
  expect(answerOf(await exchange(CODE, world.caller(), [['dpop', 'the.page.s']])).token_type).toBe('DPoP');
  expect(world.posted[0]?.headers.DPoP).not.toBe('the.page.s');
});

test('a client that authenticates with HTTP Basic still does; other headers of the page stay behind', async () => {
  await world.authorize(await codeChallenge(VERIFIER));
  world.replies.push(tokens());
  await exchange(CODE, world.caller(), [
    ['authorization', 'Basic bWU6c2VjcmV0'],
    ['x-custom', '1'],
    ['cookie', 'a=b'],
  ]);
  expect(world.posted[0]?.headers).toMatchObject({ authorization: 'Basic bWU6c2VjcmV0' });
  expect(Object.keys(world.posted[0]?.headers ?? {}).sort()).toEqual(['Content-Type', 'DPoP', 'authorization']);
});

test.each([
  ['of another scheme', 'Bearer secret', {}],
  ['where the server does not take it', 'Basic eDp5', { token_endpoint_auth_methods_supported: ['none'] }],
  [
    'at an endpoint on another origin than the issuer’s',
    'Basic eDp5',
    { token_endpoint: 'https://router.example/apply' },
  ],
])('a client’s credentials %s do not leave: they would have needed a preflight', async (_, value, members) => {
  const metadata = { ...METADATA, ...members };
  world.documents.set(METADATA_URL, metadata);
  await world.authorize(await codeChallenge(VERIFIER));
  world.replies.push(tokens());
  await world.post(metadata.token_endpoint, CODE, world.caller(), [['Authorization', value]]);
  expect(world.posted).toHaveLength(1);
  expect(Object.keys(world.posted[0]?.headers ?? {}).sort()).toEqual(['Content-Type', 'DPoP']);
});

test('an endpoint of the authorization server is no resource of a session', async () => {
  await armed();
  const refused = await exchange({ ...CODE, resource: METADATA.introspection_endpoint });
  expect(answerOf(refused)).toMatchObject({ status: 400, error: 'invalid_target' });
  expect(world.posted).toEqual([]);
});

test.each([
  ['no JSON', '<html>'],
  ['no token', { token_type: 'DPoP' }],
])('a server that answers with %s: the page gets an OAuth error', async (_, body) => {
  await world.authorize(await codeChallenge(VERIFIER));
  world.replies.push({ body });
  expect(answerOf(await exchange())).toMatchObject({ status: 502, error: 'server_error' });
  expect(await world.ports.sessions.list()).toEqual([]);
});

test('an error page of the server is not repeated to the page', async () => {
  await world.authorize(await codeChallenge(VERIFIER));
  world.replies.push({ status: 500, body: 'stack trace with a secret' });
  const answer = answerOf(await exchange());
  expect(answer).toMatchObject({ status: 500, error: 'server_error' });
  expect(JSON.stringify(answer)).not.toContain('secret');
});

test('a server that cannot be reached fails as fetch does', async () => {
  await world.authorize(await codeChallenge(VERIFIER));
  world.replies.push('unreachable');
  expect(await exchange()).toEqual({ kind: 'unreachable' });
});

test('a declined permission leaves the agent as it is without Holdfast', async () => {
  world.declines.add('https://as.example');
  await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
  expect(world.named).toEqual([]);
  expect(await exchange()).toEqual({ kind: 'passAndReport' });
  await world.ask({ kind: 'exposed', url: METADATA.token_endpoint, body: new URLSearchParams(CODE).toString() });
  expect(await only()).toMatchObject({ state: 'exposed', reason: 'declined' });
});

test('a permission that is declined between a sign-in and its exchange is heeded', async () => {
  await world.authorize(await codeChallenge(VERIFIER));
  world.declines.add('https://as.example');
  expect(await exchange()).toEqual({ kind: 'passAndReport' });
  expect(world.posted).toEqual([]);
});

test('a refresh token of the page’s own is left alone: binding it now would not bind the grant', async () => {
  await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
  expect(await exchange({ grant_type: 'refresh_token', refresh_token: 'plain', client_id: 'me' })).toEqual({
    kind: 'passAndReport',
  });
  expect(world.posted).toEqual([]);
  await world.ask({ kind: 'exposed', url: METADATA.token_endpoint, body: '' });
  expect(await only()).toMatchObject({ state: 'exposed', reason: 'not_ours' });
});

test('an authorization request that names a key of the page’s own is none of Holdfast’s', async () => {
  await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
  const before = world.named.length;
  await world.holdfast.authorized(
    AGENT,
    `${METADATA.authorization_endpoint}?code_challenge=x&code_challenge_method=S256&dpop_jkt=theirs`,
  );
  expect(world.named).toHaveLength(before);
  expect(await world.ports.arming.authorization('x')).toBeUndefined();
});

test('a pushed authorization request names the key in its proof and in dpop_jkt, and PKCE finds it again', async () => {
  await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
  world.replies.push({ status: 201, body: { request_uri: 'urn:x', expires_in: 60 } }, tokens());
  const pushed = {
    client_id: 'me',
    code_challenge: await codeChallenge(VERIFIER),
    code_challenge_method: 'S256',
    redirect_uri: 'https://agent.example/cb',
  };
  expect(answerOf(await world.post(METADATA.pushed_authorization_request_endpoint, pushed))).toMatchObject({
    status: 201,
    request_uri: 'urn:x',
  });
  const jkt = world.posted[0]?.form.get('dpop_jkt');
  expect(jkt).toMatch(/^[\w-]{43}$/);
  await exchange();
  expect(await only()).toMatchObject({ binding: { thumbprint: jkt, codeBound: true } });
});

describe('a pushed authorization request', () => {
  const pushed = { client_id: 'me', code_challenge: 'x', code_challenge_method: 'S256' };
  const push = (form: Record<string, string> = pushed, url = METADATA.pushed_authorization_request_endpoint) =>
    world.post(url, form);
  beforeEach(() => world.ask({ kind: 'discover', url: METADATA_URL, dpop: true }));

  test('names Holdfast’s key alone, also where the page names one of its own', async () => {
    world.replies.push({ status: 201, body: {} });
    await push({ ...pushed, dpop_jkt: 'theirs' });
    expect(world.posted[0]?.form.getAll('dpop_jkt')).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  });

  test('goes to a server’s own endpoint for it, and nowhere else', async () => {
    expect(await push(pushed, 'https://as.example/evil')).toEqual({ kind: 'pass' });
    expect(world.posted).toEqual([]);
  });

  test('names no key at a server that the person has taken back, or that the policy does not allow', async () => {
    world.declines.add('https://as.example');
    expect(await push()).toEqual({ kind: 'pass' });
    world.declines.clear();
    world.policy.servers = [anOrigin('https://only.example')];
    expect(await push()).toEqual({ kind: 'pass' });
    expect(world.posted).toEqual([]);
  });

  test('gets no answer that CORS keeps from the page', async () => {
    world.replies.push({ status: 201, body: {}, headers: { 'Access-Control-Allow-Origin': 'https://other.example' } });
    expect(await push()).toEqual({ kind: 'unreachable' });
  });
});

test.each([-1e308, 1e308])(
  'a lifetime that no clock has (%d), told by a page, damages no record',
  async (expiresIn) => {
    await world.ask({ kind: 'exposed', url: METADATA.token_endpoint, body: '', expiresIn });
    expect(Math.abs((await only()).expiresAt ?? Number.NaN)).toBeLessThan(8.64e15);
  },
);
