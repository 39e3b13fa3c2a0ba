import { beforeEach, expect, test } from 'vitest';
import type { PageReply } from '../../messages/page.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import { AGENT, answerOf, createWorld, METADATA, RESOURCE, tokens, type World } from '../world.fixture.ts';

const CODE = { grant_type: 'authorization_code', code: 'c', code_verifier: 'verifier', resource: RESOURCE };

let world: World;
beforeEach(() => {
  world = createWorld();
});

const post = (members: object, url = METADATA.token_endpoint): Promise<PageReply> =>
  world.ask({ kind: 'form', url, headers: [['content-type', 'application/json']], body: JSON.stringify(members) });

test('a code that is redeemed by JSON is bound, and redeemed by a form', async () => {
  const thumbprint = await world.authorize(await codeChallenge('verifier'));
  world.replies.push(tokens());
  expect(answerOf(await post({ ...CODE, max_age: 60, scope: null })).access_token).toMatch(/^hf_/);
  const [sent] = world.posted;
  expect(sent?.headers['Content-Type']).toContain('application/x-www-form-urlencoded');
  expect(Object.fromEntries(sent?.form ?? [])).toMatchObject({ ...CODE, max_age: '60' });
  expect(await world.ports.sessions.list()).toMatchObject([{ state: 'bound', agent: AGENT, binding: { thumbprint } }]);
});

test('a refresh by JSON is made with the real token', async () => {
  const { handles } = await world.bound();
  world.replies.push(tokens());
  const form = { grant_type: 'refresh_token', refresh_token: handles.refresh };
  expect(answerOf(await post(form)).access_token).toBe(handles.access);
  expect(world.posted[0]?.form.get('refresh_token')).toBe('real-refresh');
});

test('a bearer token that the policy refuses does not come in by JSON', async () => {
  world.policy.bearer = 'refuse';
  expect(answerOf(await post(CODE, 'https://elsewhere.example/token')).error).toBe('access_denied');
});

test('a site’s own JSON goes on as the page made it', async () => {
  await world.bound();
  const own = { grant_type: 'password', username: 'a', password: 'b' };
  expect(await post(own, 'https://agent.example/api/login')).toEqual({ kind: 'passAndReport' });
  expect(await post({ grant_type: 'a', deep: { scope: 'a' } }, METADATA.token_endpoint)).toEqual({ kind: 'pass' });
  expect(world.posted).toEqual([]);
});

test('a bearer token that came by JSON shows with its client', async () => {
  const body = JSON.stringify({ ...CODE, client_id: 'me' });
  await world.ask({ kind: 'exposed', url: 'https://elsewhere.example/token', body });
  expect(await world.ports.sessions.list()).toMatchObject([{ state: 'exposed', clientId: 'me', resource: RESOURCE }]);
});
