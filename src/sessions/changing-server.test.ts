import { beforeEach, describe, expect, test } from 'vitest';
import { codeChallenge } from '../protocol/oauth/pkce.ts';
import type { BoundSession } from './session.ts';
import {
  answerOf,
  createWorld,
  ISSUER,
  METADATA,
  METADATA_URL,
  oauthRefusal,
  RESOURCE,
  tokens,
  type World,
} from './world.fixture.ts';

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
  test('in its metadata: the next sign-in is native and shows as exposed, and the session that there is goes on', async () => {
    world.documents.set(METADATA_URL, { ...METADATA, dpop_signing_alg_values_supported: undefined });
    world.pass(DAY);
    await discover();
    expect(await signIn('unseen')).toEqual({ kind: 'native', watch: true });
    await world.ask({ kind: 'exposed', url: METADATA.token_endpoint, body: 'client_id=other' });
    expect(await world.ports.sessions.list()).toContainEqual(
      expect.objectContaining({ state: 'exposed', reason: 'no_dpop' }),
    );
    world.replies.push(tokens({ access_token: 'real-access-2' }));
    expect(answerOf(await refresh()).access_token).toBe(session.handles.access);
    expect(await state()).toBe('bound');
  });

  test('in its algorithms: no key is made, and nothing is armed', async () => {
    world.documents.set(METADATA_URL, { ...METADATA, dpop_signing_alg_values_supported: ['none', 'HS256'] });
    world.pass(DAY);
    const before = world.named.length;
    await discover();
    expect(world.named).toHaveLength(before);
    expect(await state()).toBe('bound');
  });

  test('between a sign-in and its exchange: the page goes on with the bearer token, and it shows', async () => {
    await world.authorize(await codeChallenge('verifier'));
    world.replies.push(tokens({ token_type: 'Bearer' }));
    expect(answerOf(await signIn('verifier'))).toMatchObject({ token_type: 'Bearer' });
    expect((await world.ports.sessions.list()).map((one) => one.state).sort()).toEqual(['bound', 'exposed']);
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
    expect(world.activity.at(-1)).toMatchObject({ kind: 'denied', code: 'metadata_invalid', server: ISSUER });
    expect(await world.ports.servers.get('https://new.example')).toBeUndefined();
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
    expect((await world.ports.servers.get(ISSUER))?.tokenEndpoint).toBe(METADATA.token_endpoint);
    expect(await refresh('https://evil.example/token')).toEqual({ kind: 'native' });
    expect(world.posted).toEqual([]);
  });

  test('to where tokens may not travel is not followed', async () => {
    world.documents.set(METADATA_URL, { ...METADATA, token_endpoint: 'http://as.example/token' });
    await discover(true, 'http://as.example/token');
    expect((await world.ports.servers.get(ISSUER))?.tokenEndpoint).toBe(METADATA.token_endpoint);
    expect(await state()).toBe('bound');
  });
});

describe('clocks that differ by a day', () => {
  const date = (off: number) => new Date(world.ports.now() + off).toUTCString();
  const refused = (error: string, off: number, nonce?: string) =>
    oauthRefusal(error, { Date: date(off), ...(nonce && { 'DPoP-Nonce': nonce }) });
  const claims = () => world.posted.map(({ proof }) => proof?.claims);

  test.each([DAY, -DAY])('(%i ms): nonce and time are each put right once, whichever is refused first', async (off) => {
    world.replies.push(refused('invalid_dpop_proof', off), refused('use_dpop_nonce', off, 'n1'), tokens());
    expect(answerOf(await refresh()).status).toBe(200);
    expect(claims().map((claim) => claim?.nonce)).toEqual([undefined, undefined, 'n1']);
    const times = claims().map((claim) => Number(claim?.iat) * 1000 - world.ports.now());
    expect(Math.abs((times[0] ?? off) - 0)).toBeLessThan(1_001);
    for (const time of times.slice(1)) expect(Math.abs(time - off)).toBeLessThan(2_001);
    expect(new Set(claims().map((claim) => claim?.jti)).size).toBe(3);
  });

  test('a challenge for a nonce sets the time right too', async () => {
    world.replies.push(refused('use_dpop_nonce', DAY, 'n1'), tokens());
    expect(answerOf(await refresh()).status).toBe(200);
    expect(Math.abs(Number(claims()[1]?.iat) * 1000 - world.ports.now() - DAY)).toBeLessThan(2_001);
  });

  test('each reason counts once: a server that goes on refusing is not asked for ever', async () => {
    const endless = [0, 1, 2, 3, 4, 5].map((n) =>
      refused(n % 2 ? 'use_dpop_nonce' : 'invalid_dpop_proof', (n % 2) * DAY - DAY / 2, `n${n}`),
    );
    world.replies.push(...endless);
    expect(answerOf(await refresh()).status).toBe(400);
    expect(world.posted).toHaveLength(3);
    expect(await state()).toBe('bound');
  });

  test('more than a day is not put right: the refusal reaches the page', async () => {
    world.replies.push(refused('invalid_dpop_proof', 2 * DAY));
    expect(answerOf(await refresh())).toMatchObject({ status: 400, error: 'invalid_dpop_proof' });
    expect(world.posted).toHaveLength(1);
  });

  test('one server’s time is not another’s', async () => {
    world.replies.push(refused('invalid_dpop_proof', DAY), tokens());
    await refresh();
    expect(await world.ports.memory.clockOffset('https://mcp.example')).toBe(0);
  });
});

describe('a server that repeats a token in its answer', () => {
  test('in an error: the page reads its handle there', async () => {
    world.replies.push({ status: 400, body: { error: 'invalid_request', error_description: 'bad real-refresh' } });
    expect(answerOf(await refresh())).toMatchObject({ error_description: `bad ${session.handles.refresh}` });
  });

  test('in an introspection response, escaped or not: the page reads its handle there', async () => {
    await world.ports.sessions.save(session, { accessToken: 'real/access', refreshToken: 'real-refresh' });
    world.replies.push({
      body: '{"active":true,"token":"real\\/access","list":[{"real/access":"\\u0072eal-refresh"}]}',
    });
    const form = { token: session.handles.access };
    const answer = answerOf(await world.post(METADATA.introspection_endpoint, form));
    expect(answer).toMatchObject({
      active: true,
      token: session.handles.access,
      list: [{ [session.handles.access]: session.handles.refresh }],
    });
  });

  test('in the members of a new token response: the page reads its handle there', async () => {
    world.replies.push(
      tokens({ access_token: 'real-new', authorization_details: [{ old: 'real-access', new: 'real-new' }] }),
    );
    const answer = await refresh();
    expect(JSON.stringify(answer)).not.toContain('real-');
    expect(answerOf(answer).authorization_details).toEqual([
      { old: session.handles.access, new: session.handles.access },
    ]);
  });

  test('in the code of an error: the log does not name it', async () => {
    world.replies.push({ status: 400, body: { error: 'real-refresh' } });
    await refresh();
    expect(world.activity.at(-1)).toMatchObject({ kind: 'refused', code: 'other' });
  });

  test('nested deeper than any answer is: the rest is left out, and the tokens are kept', async () => {
    const details = `${'['.repeat(9_000)}"real-access"${']'.repeat(9_000)}`;
    world.replies.push({
      body: `{"access_token":"real-new","token_type":"DPoP","authorization_details":${details}}`,
    });
    expect(answerOf(await refresh()).status).toBe(200);
    expect((await world.ports.sessions.tokens(session.id))?.accessToken).toBe('real-new');
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
    'http://as.example/.well-known/openid-configuration',
    'https://*/.well-known/openid-configuration',
  ]) {
    await world.ask({ kind: 'discover', url, dpop: true });
    expect(world.activity.at(-1)).toMatchObject({ kind: 'denied', code: 'metadata_invalid' });
  }
});

test('a session whose server is known no more finds it again by its issuer', async () => {
  await (await world.database).clear('servers');
  world.replies.push(tokens({ access_token: 'real-access-2' }));
  expect(answerOf(await refresh()).status).toBe(200);
  expect(await world.ports.servers.get(ISSUER)).toMatchObject({ tokenEndpoint: METADATA.token_endpoint });
});
