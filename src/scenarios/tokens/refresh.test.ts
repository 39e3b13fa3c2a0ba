import { beforeEach, expect, test } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import type { BoundSession } from '../../model/session.ts';
import {
  answerOf,
  createWorld,
  ISSUER,
  METADATA,
  oauthRefusal,
  RESOURCE,
  tokens,
  type World,
} from '../world.fixture.ts';

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
});

const refresh = (more: Record<string, string> = {}, agent?: Origin) =>
  world.post(
    METADATA.token_endpoint,
    { grant_type: 'refresh_token', refresh_token: session.handles.refresh ?? '', client_id: 'me', ...more },
    world.caller(agent),
  );
const current = () => world.ports.sessions.get(session.id);
const kept = () => world.ports.sessions.tokens(session.id);

test('a refresh sends the real token with a proof of the session’s key, and the page’s handles stay the same', async () => {
  world.replies.push(tokens({ access_token: 'real-access-2', refresh_token: 'real-refresh-2', expires_in: 60 }));
  const answer = answerOf(await refresh());
  expect(answer).toMatchObject({
    access_token: session.handles.access,
    refresh_token: session.handles.refresh,
    expires_in: 60,
  });
  expect(world.posted[0]?.form.get('refresh_token')).toBe('real-refresh');
  expect(world.posted[0]?.proof?.header.jwk).toEqual(
    (await world.ports.keys.get(session.binding.thumbprint))?.publicJwk,
  );
  expect(await kept()).toEqual({ accessToken: 'real-access-2', refreshToken: 'real-refresh-2' });
  expect(world.withdrawn).toEqual(['real-access']);
});

test('a handle that a page sends beside its form does not reach the server; other credentials do', async () => {
  const form = { grant_type: 'refresh_token', refresh_token: session.handles.refresh ?? '', client_id: 'me' };
  for (const value of [`Bearer ${session.handles.access}`, 'Basic bWU6c2VjcmV0']) {
    world.replies.push(tokens());
    await world.post(METADATA.token_endpoint, form, world.caller(), [['Authorization', value]]);
  }
  world.replies.push({ body: '' });
  await world.post(METADATA.revocation_endpoint, { token: session.handles.access }, world.caller(), [
    ['authorization', `DPoP ${session.handles.access}`],
  ]);
  const sent = world.posted.map(({ headers }) => new Headers(headers).get('authorization'));
  expect(sent).toEqual([null, 'Basic bWU6c2VjcmV0', null]);
});

test('a server that does not rotate keeps the refresh token that there is', async () => {
  world.replies.push(tokens({ access_token: 'real-access-2', refresh_token: undefined }));
  expect(answerOf(await refresh()).refresh_token).toBe(session.handles.refresh);
  expect(await kept()).toEqual({ accessToken: 'real-access-2', refreshToken: 'real-refresh' });
});

test('tabs that refresh at the same time share one request', async () => {
  world.replies.push(tokens({ access_token: 'real-access-2' }));
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh()));
  expect(world.posted).toHaveLength(1);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
});

test('a tab whose request left with the old token shares the refresh that another tab made meanwhile, once', async () => {
  const [first, late] = [world.caller(undefined, 1), world.caller(undefined, 2)];
  const asks = async (who = world.caller(), more: Record<string, string> = {}) => {
    world.replies.push(tokens({ access_token: `real-access-${world.posted.length + 2}`, expires_in: 600 }));
    const form = {
      grant_type: 'refresh_token',
      refresh_token: session.handles.refresh ?? '',
      client_id: 'me',
      ...more,
    };
    const answer = answerOf(await world.post(METADATA.token_endpoint, form, who));
    return [answer.access_token, world.posted.length];
  };
  world.pass(1);
  expect(await asks(first)).toEqual([session.handles.access, 1]);
  expect(await asks(late)).toEqual([session.handles.access, 1]);
  expect(await asks(late)).toEqual([session.handles.access, 2]);
  expect(await asks(first)).toEqual([session.handles.access, 2]);
  world.pass(1);
  expect(await asks(world.caller(undefined, 3))).toEqual([session.handles.access, 3]); // it came after
  expect(await asks(late, { scope: 'notes:read' })).toEqual([session.handles.access, 4]); // it asks for something else
  world.pass(6_000);
  expect(await asks(late)).toEqual([session.handles.access, 5]); // too late
});

test('a grant that has ended ends the session: its tokens and its key are gone', async () => {
  world.replies.push(oauthRefusal('invalid_grant'));
  expect(answerOf(await refresh())).toMatchObject({ status: 400, error: 'invalid_grant' });
  expect((await current())?.state).toBe('expired');
  expect(await kept()).toBeUndefined();
  expect(await world.ports.keys.get(session.binding.thumbprint)).toBeUndefined();
});

test('a handle whose session is over is answered here, as often as it is asked: its server knows no handle', async () => {
  world.replies.push(oauthRefusal('invalid_grant'));
  await refresh();
  for (let index = 0; index < 2; index += 1) {
    expect(answerOf(await refresh())).toMatchObject({ status: 400, error: 'invalid_grant' });
  }
  expect(world.posted).toHaveLength(1);
});

test.each(['temporarily_unavailable', 'invalid_client'])('%s leaves the session as it is', async (error) => {
  world.replies.push(oauthRefusal(error));
  expect(answerOf(await refresh()).error).toBe(error);
  expect((await current())?.state).toBe('bound');
  expect(await kept()).toEqual({ accessToken: 'real-access', refreshToken: 'real-refresh' });
});

test('a server that cannot be reached leaves the session as it is', async () => {
  world.replies.push('unreachable');
  expect(await refresh()).toEqual({ kind: 'unreachable' });
  expect(await kept()).toEqual({ accessToken: 'real-access', refreshToken: 'real-refresh' });
});

test('a server that could not serve a refresh is remembered as that, until it does', async () => {
  const isUnrefreshed = async () => (await world.ports.usage.get(session.id)).unrefreshed ?? false;
  for (const reply of ['unreachable', { status: 503, body: 'busy' }] as const) {
    world.replies.push(reply);
    await refresh();
    await expect.poll(isUnrefreshed).toBe(true);
    expect(world.activity.at(-1)).toMatchObject({ kind: 'unserved', session: session.id, server: ISSUER });
    world.replies.push(tokens());
    await refresh();
    await expect.poll(isUnrefreshed).toBe(false);
  }
});

test('an answer that cannot be read leaves the session as it is', async () => {
  world.replies.push({ body: '<html>' });
  expect(answerOf(await refresh()).error).toBe('server_error');
  expect(await kept()).toEqual({ accessToken: 'real-access', refreshToken: 'real-refresh' });
});

test('new tokens are kept even when CORS keeps the answer from the page', async () => {
  world.replies.push(
    tokens({ access_token: 'real-access-2' }, { 'Access-Control-Allow-Origin': 'https://other.example' }),
  );
  expect(await refresh()).toEqual({ kind: 'unreachable' });
  expect((await kept())?.accessToken).toBe('real-access-2');
});

test('an error that CORS keeps from the page does not reach it', async () => {
  world.replies.push(oauthRefusal('invalid_scope', { 'Access-Control-Allow-Origin': 'https://other.example' }));
  expect(await refresh()).toEqual({ kind: 'unreachable' });
  expect((await current())?.state).toBe('bound');
});

test('a lost key is "sign in again", never a new key', async () => {
  await world.ports.keys.remove(session.binding.thumbprint);
  expect(answerOf(await refresh())).toMatchObject({ status: 400, error: 'invalid_grant' });
  expect(world.posted).toEqual([]);
  expect((await current())?.state).toBe('keyLost');
});

test('another origin’s handle is as dead as one that nobody was given: no server is asked', async () => {
  expect(answerOf(await refresh({}, anOrigin('https://evil.example')))).toMatchObject({
    status: 400,
    error: 'invalid_grant',
  });
  expect(world.posted).toEqual([]);
  expect((await current())?.state).toBe('bound');
});

test('a handle is not taken to another server', async () => {
  const form = { grant_type: 'refresh_token', refresh_token: session.handles.refresh ?? '', client_id: 'me' };
  expect(await world.post('https://evil.example/token', form)).toEqual({ kind: 'passAndReport' });
  expect(world.posted).toEqual([]);
});

test('a session is not widened to another resource', async () => {
  expect(answerOf(await refresh({ resource: 'https://other.example/mcp' }))).toMatchObject({
    status: 400,
    error: 'invalid_target',
  });
  world.replies.push(tokens());
  expect(answerOf(await refresh({ resource: RESOURCE })).status).toBe(200);
});

test('a server that stops binding ends the session: its plain token does not reach the page', async () => {
  world.replies.push(tokens({ access_token: 'real-bearer', token_type: 'Bearer' }));
  const reply = await refresh();
  expect(answerOf(reply)).toMatchObject({ error: 'invalid_grant' });
  expect(JSON.stringify(reply)).not.toContain('real-bearer');
  expect((await current())?.state).toBe('expired');
});

test.each([
  ['the person has taken back', () => void world.declines.add(ISSUER), () => world.declines.clear()],
  [
    'the policy does not allow any more',
    () => Object.assign(world.policy, { servers: [originOf(RESOURCE)] }),
    () => Object.assign(world.policy, { servers: undefined }),
  ],
])('a server that %s is not asked: the session is kept until it may be', async (_, forbid, allow) => {
  forbid();
  expect(answerOf(await refresh())).toMatchObject({ status: 503, error: 'temporarily_unavailable' });
  expect(world.posted).toEqual([]);
  expect(await current()).toEqual(session);
  expect(await kept()).toEqual({ accessToken: 'real-access', refreshToken: 'real-refresh' });
  allow();
  world.replies.push(tokens());
  expect(answerOf(await refresh()).status).toBe(200);
});

test.each([
  ['https://mcp.example', 'https://mcp.example/'],
  ['https://mcp.example/mcp', 'https://MCP.example:443/mcp/'],
])('a session for %s is refreshed for %s', async (resource, asked) => {
  session = await world.bound({ resource });
  world.replies.push(tokens());
  expect(answerOf(await refresh({ resource: asked })).status).toBe(200);
});

test('a refresh that names a second resource beside the session’s is not sent', async () => {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: session.handles.refresh ?? '' });
  for (const resource of [RESOURCE, 'https://other.example/mcp']) body.append('resource', resource);
  const reply = await world.ask({ kind: 'form', url: METADATA.token_endpoint, headers: [], body: body.toString() });
  expect(answerOf(reply)).toMatchObject({ error: 'invalid_target' });
  expect(world.posted).toEqual([]);
});

test('a client that refreshes again and again is held back, and its server with it; a minute later it goes on', async () => {
  for (let index = 0; index < 20; index += 1) {
    world.replies.push(tokens({ access_token: `real-${index}` }));
    expect(answerOf(await refresh()).status).toBe(200);
  }
  world.posted.length = 0;
  for (let index = 0; index < 50; index += 1) {
    expect(answerOf(await refresh())).toMatchObject({ status: 503, error: 'temporarily_unavailable' });
  }
  expect(world.posted).toEqual([]);
  const held = world.activity.filter(({ code }) => code === 'breaker_open');
  expect(held).toHaveLength(1);
  world.pass(60_001);
  world.replies.push(tokens({ access_token: 'real-later' }));
  expect(answerOf(await refresh()).status).toBe(200);
});

test('a refresh says what refreshes say, and nothing that could widen the grant', async () => {
  world.replies.push(tokens({ access_token: 'real-access-2' }));
  const asked = { audience: 'https://api.example', requested_token_type: 'x', scope: 'a', client_secret: 's' };
  expect(answerOf(await refresh(asked)).status).toBe(200);
  expect([...(world.posted[0]?.form.keys() ?? [])].toSorted()).toEqual([
    'client_id',
    'client_secret',
    'grant_type',
    'refresh_token',
    'scope',
  ]);
});

test('a refresh token is spent for a refresh, and for nothing else', async () => {
  const grant_type = 'urn:ietf:params:oauth:grant-type:token-exchange';
  expect(answerOf(await refresh({ grant_type }))).toMatchObject({ status: 400, error: 'unsupported_grant_type' });
  expect(world.posted).toEqual([]);
});
