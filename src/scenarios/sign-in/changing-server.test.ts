import { beforeEach, describe, expect, test, vi } from 'vitest';
import { anIssuer } from '../../model/brands.fixture.ts';
import type { BoundSession } from '../../model/session.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import {
  AGENT,
  answerOf,
  createWorld,
  ISSUER,
  METADATA,
  METADATA_URL,
  RESOURCE,
  tokens,
  type World,
} from '../world.fixture.ts';

const DAY = 86_400_000;

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
});

const discover = (dpop = true, tokenEndpoint?: string) =>
  world.ask({ kind: 'discover', url: METADATA_URL, dpop, ...(tokenEndpoint && { tokenEndpoint }) });
const refresh = (url = METADATA.token_endpoint) =>
  world.post(url, { grant_type: 'refresh_token', refresh_token: session.handles.refresh ?? '', client_id: 'me' });
const signIn = (verifier: string, url = METADATA.token_endpoint) =>
  world.post(url, { grant_type: 'authorization_code', code: 'c', code_verifier: verifier, resource: RESOURCE });
const state = async () => (await world.ports.sessions.get(session.id))?.state;

describe('an authorization server that drops DPoP', () => {
  test('in its metadata: the next sign-in is held, and the session that there is goes on', async () => {
    world.documents.set(METADATA_URL, { ...METADATA, dpop_signing_alg_values_supported: undefined });
    world.pass(DAY);
    await discover();
    world.replies.push(tokens({ token_type: 'Bearer' }));
    expect(answerOf(await signIn('unseen')).access_token).toMatch(/^hf_/);
    expect((await world.ports.sessions.list()).map((one) => one.state).sort()).toEqual(['bound', 'held']);
    world.replies.push(tokens({ access_token: 'real-access-2' }));
    expect(answerOf(await refresh()).access_token).toBe(session.handles.access);
    expect(await state()).toBe('bound');
  });

  test('in its metadata, where nothing is to be held: the next sign-in is native and shows as exposed', async () => {
    world.policy.bearer = 'expose';
    world.documents.set(METADATA_URL, { ...METADATA, dpop_signing_alg_values_supported: undefined });
    world.pass(DAY);
    await discover();
    expect(await signIn('unseen')).toEqual({ kind: 'passAndReport' });
    await world.ask({ kind: 'exposed', url: METADATA.token_endpoint, body: 'client_id=other' });
    expect(await world.ports.sessions.list()).toContainEqual(
      expect.objectContaining({ state: 'exposed', reason: 'no_dpop' }),
    );
  });

  test('in its algorithms: no key is made, and nothing is armed', async () => {
    world.documents.set(METADATA_URL, { ...METADATA, dpop_signing_alg_values_supported: ['none', 'HS256'] });
    world.pass(DAY);
    const before = world.named.length;
    await discover();
    expect(world.named).toHaveLength(before);
    expect(await state()).toBe('bound');
  });

  test.each([
    ['hold', 'held', /^hf_/],
    ['expose', 'exposed', /^real-/],
  ] as const)('between a sign-in and its exchange: what is to %s is %s, and shows', async (bearer, shown, token) => {
    world.policy.bearer = bearer;
    await world.authorize(await codeChallenge('verifier'));
    world.replies.push(tokens({ token_type: 'Bearer' }));
    const answer = answerOf(await signIn('verifier'));
    expect(answer).toMatchObject({ token_type: 'Bearer', access_token: expect.stringMatching(token) });
    expect((await world.ports.sessions.list()).map((one) => one.state).sort()).toEqual(['bound', shown]);
    expect(await state()).toBe('bound');
  });
});

describe('an authorization server that changes its issuer', () => {
  beforeEach(() => {
    world.documents.set(METADATA_URL, { ...METADATA, issuer: 'https://new.example' });
    world.pass(DAY);
  });

  test('is not believed (RFC 8414 §3.3), and the activity says so', async () => {
    await discover();
    expect(world.activity.at(-1)).toMatchObject({ kind: 'denied', code: 'issuer_mismatch', server: ISSUER });
    expect(await world.ports.servers.get(AGENT, anIssuer('https://new.example'))).toBeUndefined();
  });

  test('does not take its sessions with it: they are refreshed where they were issued', async () => {
    await discover();
    world.replies.push(tokens({ access_token: 'real-access-2' }));
    expect(answerOf(await refresh()).status).toBe(200);
    expect(await state()).toBe('bound');
  });
});

describe('an authorization server that moves its endpoints', () => {
  const moved = { ...METADATA, token_endpoint: `${ISSUER}/v2/token`, authorization_endpoint: `${ISSUER}/v2/authorize` };

  test('is read again when the page has read something new, and the session is refreshed there', async () => {
    world.documents.set(METADATA_URL, moved);
    await discover(true, moved.token_endpoint);
    world.replies.push(tokens({ access_token: 'real-access-2' }));
    expect(answerOf(await refresh(moved.token_endpoint)).status).toBe(200);
    expect(world.posted.at(-1)?.url).toBe(moved.token_endpoint);
    expect(world.posted.at(-1)?.proof?.claims.htu).toBe(moved.token_endpoint);
    expect(world.named.at(-1)?.endpoint).toBe(moved.authorization_endpoint);
  });

  test('is not led anywhere by what a page says that it has read', async () => {
    await discover(true, 'https://evil.example/token');
    expect((await world.ports.servers.get(AGENT, ISSUER))?.tokenEndpoint).toBe(METADATA.token_endpoint);
    expect(await refresh('https://evil.example/token')).toEqual({ kind: 'passAndReport' });
    expect(world.posted).toEqual([]);
  });

  test('to where tokens may not travel is not followed', async () => {
    world.documents.set(METADATA_URL, { ...METADATA, token_endpoint: 'http://as.example/token' });
    await discover(true, 'http://as.example/token');
    expect((await world.ports.servers.get(AGENT, ISSUER))?.tokenEndpoint).toBe(METADATA.token_endpoint);
    expect(await state()).toBe('bound');
  });
});

test('a lifetime beyond belief is cut to one that a date can show', async () => {
  world.replies.push(tokens({ expires_in: 1e300 }));
  expect(answerOf(await refresh()).status).toBe(200);
  const expiresAt = (await world.ports.sessions.get(session.id))?.expiresAt ?? Number.NaN;
  expect(new Date(expiresAt).getUTCFullYear()).toBeLessThan(2040);
});

test('metadata that stands where no secret may travel is not fetched', async () => {
  for (const url of [
    'http://as.example/.well-known/oauth-authorization-server',
    'https://*/.well-known/oauth-authorization-server',
  ]) {
    await world.ask({ kind: 'discover', url, dpop: true });
    expect(world.activity.at(-1)).toMatchObject({ kind: 'denied', code: 'metadata_invalid' });
  }
});

describe('a session whose server is known no more', () => {
  beforeEach(async () => (await world.database).clear('knownServers'));

  test('is refreshed where it was issued', async () => {
    world.documents.clear();
    world.replies.push(tokens({ access_token: 'real-access-2' }));
    expect(answerOf(await refresh()).status).toBe(200);
  });

  test('is refreshed at an endpoint that its issuer names now, on the same origin', async () => {
    const moved = `${ISSUER}/v2/token`;
    world.documents.set(METADATA_URL, { ...METADATA, token_endpoint: moved });
    world.replies.push(tokens({ access_token: 'real-access-2' }), tokens({ access_token: 'real-access-3' }));
    expect(answerOf(await refresh(moved)).status).toBe(200);
    world.documents.clear();
    expect(answerOf(await refresh(moved)).status).toBe(200);
    expect(world.posted.map(({ url }) => url)).toEqual([moved, moved]);
  });

  test('finds its revocation endpoint again by its issuer', async () => {
    world.replies.push({ body: '' }, { body: '' });
    expect(await world.holdfast.revoke(session.id)).toMatchObject({ confirmed: true });
    expect(await world.ports.servers.get(AGENT, ISSUER)).toMatchObject({ tokenEndpoint: METADATA.token_endpoint });
  });

  test('asks for no metadata without access to the issuer', async () => {
    world.declines.add(ISSUER);
    const get = vi.spyOn(world.ports.network, 'get');
    expect(await refresh(`${ISSUER}/v2/token`)).toEqual({ kind: 'passAndReport' });
    expect(get).not.toHaveBeenCalled();
  });

  test('takes no other issuer for its own, and be it another by a slash', async () => {
    world.documents.set(METADATA_URL, { ...METADATA, issuer: `${ISSUER}/`, token_endpoint: `${ISSUER}/v2/token` });
    expect(await refresh(`${ISSUER}/v2/token`)).toEqual({ kind: 'passAndReport' });
    expect(world.posted).toEqual([]);
  });
});
