import { beforeEach, describe, expect, test } from 'vitest';
import { anIssuer, anOrigin, aSessionId } from '../../model/brands.fixture.ts';
import type { BoundSession } from '../../model/session.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import { AGENT, answerOf, createWorld, METADATA, RESOURCE, tokens, type World } from '../world.fixture.ts';

const VERIFIER = 'v'.repeat(43);
const OTHER = anOrigin('https://other.example');

let world: World;
beforeEach(() => {
  world = createWorld();
});

const discover = (issuer: string, agent = AGENT) =>
  world.ask({ kind: 'discover', url: metadataUrl(issuer), dpop: true }, world.caller(agent));
const metadataUrl = (issuer: string) => `${issuer}/.well-known/oauth-authorization-server`;

/** A server whose metadata are valid, and name another's endpoints. */
function publish(issuer: string, members: Record<string, unknown> = {}): void {
  world.documents.set(metadataUrl(issuer), {
    ...METADATA,
    issuer,
    revocation_endpoint: `${issuer}/revoke`,
    introspection_endpoint: `${issuer}/introspect`,
    ...members,
  });
}

/** The agent's authorization request leaves, with the key that the rule at the endpoint names. */
async function authorize(agent = AGENT): Promise<string> {
  const key = world.named.findLast(({ endpoint }) => endpoint.startsWith(METADATA.authorization_endpoint))?.thumbprint;
  if (!key) throw new Error('no key is named');
  const query = new URLSearchParams({ client_id: 'me', code_challenge: await codeChallenge(VERIFIER), dpop_jkt: key });
  await world.holdfast.authorized(agent, `${METADATA.authorization_endpoint}?${query}&code_challenge_method=S256`);
  return key;
}

async function push(): Promise<void> {
  world.replies.push({ status: 201, body: { request_uri: 'urn:x', expires_in: 60 } });
  await world.post(METADATA.pushed_authorization_request_endpoint, {
    client_id: 'me',
    code_challenge: await codeChallenge(VERIFIER),
    code_challenge_method: 'S256',
  });
}

async function exchange(): Promise<BoundSession> {
  world.replies.push(tokens());
  const form = { grant_type: 'authorization_code', code: 'c', code_verifier: VERIFIER, resource: RESOURCE };
  answerOf(await world.post(METADATA.token_endpoint, form));
  const [session] = await world.ports.sessions.list();
  if (session?.state !== 'bound') throw new Error('the session is not bound');
  world.posted.length = 0;
  return session;
}

/** Everything that sends a secret of the session away, tried at the honest server and at the other. */
async function spendEverywhere({ id, handles }: BoundSession, evil: string): Promise<unknown> {
  const refresh = handles.refresh ?? '';
  for (const url of [`${evil}/introspect`, `${evil}/revoke`]) {
    world.replies.push({ body: {} });
    await world.post(url, { token: refresh });
  }
  publish(evil, { token_endpoint: `${evil}/token` });
  await world.post(`${evil}/token`, { grant_type: 'refresh_token', refresh_token: refresh, client_id: 'me' });
  world.replies.length = 0;
  world.replies.push({ body: '' }, { body: '' });
  return world.holdfast.revoke(aSessionId(id));
}

const hosts = () => [...new Set(world.posted.map(({ url }) => new URL(url).host))];

describe.each(['https://a-evil.example', 'https://z-evil.example'])('%s names an honest server’s endpoints', (evil) => {
  beforeEach(() => publish(evil));

  test('and gets nothing of a sign-in there, though the agent has discovered it, last or again', async () => {
    await discover(evil);
    await discover(METADATA.issuer);
    await discover(evil);
    await world.holdfast.arrived(AGENT);
    await authorize();
    const session = await exchange();
    expect(session).toMatchObject({ issuer: METADATA.issuer, binding: { codeBound: true } });
    expect(await spendEverywhere(session, evil)).toMatchObject({ confirmed: true });
    expect(hosts()).toEqual(['as.example']);
  });

  test('and gets nothing of a sign-in that is pushed, whoever discovered it', async () => {
    for (const agent of [AGENT, OTHER]) await discover(evil, agent);
    await discover(METADATA.issuer);
    await push();
    const session = await exchange();
    expect(session).toMatchObject({ issuer: METADATA.issuer, binding: { codeBound: true } });
    expect(await spendEverywhere(session, evil)).toMatchObject({ confirmed: true });
    expect(hosts()).toEqual(['as.example']);
  });

  test('and gets nothing where nobody knows the honest one: nothing is confirmed then', async () => {
    await discover(evil);
    await authorize();
    const session = await exchange();
    expect(await spendEverywhere(session, evil)).toMatchObject({ confirmed: false });
    expect(hosts()).toEqual([]);
  });

  test('and breaks no sign-in that is pushed by an agent that never saw it', async () => {
    publish(evil, { token_endpoint: `${evil}/token` });
    await discover(evil, OTHER);
    await push();
    expect(world.posted).toEqual([]);
  });

  test('and names no key where the honest one is known, with a query of its own neither', async () => {
    publish(evil, { authorization_endpoint: `${METADATA.authorization_endpoint}?response_type=code` });
    await discover(METADATA.issuer);
    await discover(evil);
    expect(world.named.map(({ endpoint }) => endpoint)).toEqual([METADATA.authorization_endpoint]);
  });

  test('and is not answered for the honest one when a token is given back', async () => {
    world.policy.bearer = 'refuse';
    await discover(evil);
    await authorize();
    world.replies.push(tokens({ token_type: 'Bearer' }), { body: '' });
    await world.post(METADATA.token_endpoint, { grant_type: 'authorization_code', code_verifier: VERIFIER });
    expect(hosts()).toEqual(['as.example']);
  });
});

test('a token request that no sign-in was seen of is not believed to be of a server elsewhere', async () => {
  publish('https://evil.example');
  await discover('https://evil.example');
  const form = { grant_type: 'authorization_code', code: 'c', code_verifier: VERIFIER, resource: RESOURCE };
  expect(await world.post(METADATA.token_endpoint, form)).toEqual({ kind: 'passAndReport' });
  expect(world.posted).toEqual([]);
});

test('a sign-in whose key another server named is that of the server at the token endpoint’s origin', async () => {
  publish('https://evil.example');
  await discover('https://evil.example');
  const key = await authorize();
  await discover(METADATA.issuer);
  expect(await exchange()).toMatchObject({
    issuer: METADATA.issuer,
    binding: { thumbprint: key, codeBound: true },
  });
});

describe('an issuer with its endpoints at another host', () => {
  const GLOBAL = 'https://accounts.example';
  const TENANT = 'https://tenant.example';
  const elsewhere = { revocation_endpoint: METADATA.revocation_endpoint };

  test('is bound, and revoked at the origin of its token endpoint', async () => {
    publish(GLOBAL, { ...elsewhere, authorization_endpoint: `${GLOBAL}/authorize` });
    await discover(GLOBAL);
    const query = new URLSearchParams({
      code_challenge: await codeChallenge(VERIFIER),
      dpop_jkt: world.named.at(-1)?.thumbprint ?? '',
    });
    await world.holdfast.authorized(AGENT, `${GLOBAL}/authorize?${query}&code_challenge_method=S256`);
    const session = await exchange();
    expect(session.issuer).toBe(GLOBAL);
    world.replies.push({ body: '' }, { body: '' });
    expect(await world.holdfast.revoke(session.id)).toMatchObject({ confirmed: true });
    expect(hosts()).toEqual(['as.example']);
  });

  test('and another such issuer that claims them: no key is named, and what the page gets shows as disputed', async () => {
    for (const issuer of [GLOBAL, TENANT]) publish(issuer, elsewhere);
    await discover(GLOBAL);
    await discover(TENANT);
    expect(world.named.map(({ endpoint }) => endpoint)).toEqual([METADATA.authorization_endpoint]);
    expect(world.unnamed).toEqual([{ agent: AGENT, endpoint: METADATA.authorization_endpoint }]);
    await world.ask({ kind: 'exposed', url: METADATA.token_endpoint, body: 'client_id=me' });
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'exposed', reason: 'disputed' }]);
    world.policy.bearer = 'refuse';
    const form = { grant_type: 'authorization_code', code: 'c', code_verifier: VERIFIER };
    expect(answerOf(await world.post(METADATA.token_endpoint, form)).error).toBe('access_denied');
  });
});

describe('a session of before its token endpoint was kept', () => {
  const old = async (issuer: string) => {
    const { tokenEndpoint: _, ...session } = await world.bound();
    await world.ports.sessions.save({ ...session, issuer: anIssuer(issuer) });
    return session;
  };
  const refresh = (url: string, { handles }: Pick<BoundSession, 'handles'>) =>
    world.post(url, { grant_type: 'refresh_token', refresh_token: handles.refresh ?? '', client_id: 'me' });

  test('goes on at its issuer’s own origin', async () => {
    const session = await old(METADATA.issuer);
    world.replies.push(tokens(), { body: '' }, { body: '' });
    expect(answerOf(await refresh(METADATA.token_endpoint, session)).status).toBe(200);
    expect(await world.holdfast.revoke(session.id)).toMatchObject({ confirmed: true });
    expect(hosts()).toEqual(['as.example']);
  });

  test('gives nothing to an issuer that names another’s token endpoint', async () => {
    publish('https://evil.example');
    await discover('https://evil.example');
    const session = await old('https://evil.example');
    await world.post('https://evil.example/introspect', { token: session.handles.access });
    expect(await refresh(METADATA.token_endpoint, session)).toEqual({ kind: 'passAndReport' });
    expect(await world.holdfast.revoke(session.id)).toMatchObject({ confirmed: false });
    expect(world.posted).toEqual([]);
  });
});

describe('what one agent has discovered', () => {
  test('tells another nothing: its token request at the same server leaves as where nobody knows it', async () => {
    const form = { grant_type: 'authorization_code', code: 'c', code_verifier: 'v' };
    const unknown = await world.post(METADATA.token_endpoint, form, world.caller(OTHER));
    await discover(METADATA.issuer);
    expect(await world.post(METADATA.token_endpoint, form, world.caller(OTHER))).toEqual(unknown);
    expect(world.posted).toEqual([]);
  });
});
