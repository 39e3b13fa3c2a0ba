import { describe, expect, test } from 'vitest';
import { aResource } from '../../model/brands.fixture.ts';
import type { Resource } from '../../model/server.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import {
  AGENT,
  answerOf,
  createWorld,
  METADATA,
  METADATA_URL,
  RESOURCE,
  tokens,
  type World,
} from '../world.fixture.ts';

const OTHER = aResource('https://other.example/mcp');
const { dpop_signing_alg_values_supported: _, ...PLAIN } = METADATA;
const RENEWED = { access_token: 'new-access', refresh_token: 'new-refresh' };
const BEARER = { token_type: 'Bearer', workspace: 'Ours' };

/** @param binds whether the authorization server knows DPoP */
function worldWith(binds: boolean, ...handedOver: Resource[]): World {
  const world = createWorld();
  world.documents.set(METADATA_URL, binds ? METADATA : PLAIN);
  for (const resource of [RESOURCE, OTHER]) {
    const { origin, pathname } = new URL(resource);
    const url = `${origin}/.well-known/oauth-protected-resource${pathname}`;
    world.documents.set(url, { resource, authorization_servers: [METADATA.issuer] });
  }
  Object.assign(world.policy, { bearer: 'hold', handedOver });
  return world;
}

/** What the page gets. @param binds as above */
async function signIn(world: World, binds: boolean, resource: string = RESOURCE, readsTokens = false) {
  const code_verifier = 'v'.repeat(43);
  if (binds) await world.authorize(await codeChallenge(code_verifier));
  world.replies.push(tokens(binds ? {} : BEARER));
  const form = { grant_type: 'authorization_code', code: 'c', code_verifier, client_id: 'me', resource };
  return answerOf(await world.post(METADATA.token_endpoint, form, world.caller(), [], readsTokens));
}

async function refresh(world: World, refreshToken: unknown, members: Record<string, string>, readsTokens = false) {
  world.replies.push(tokens(members));
  const form = { grant_type: 'refresh_token', refresh_token: String(refreshToken), client_id: 'me' };
  return answerOf(await world.post(METADATA.token_endpoint, form, world.caller(), [], readsTokens));
}

describe('a held session whose page is let hold its tokens', () => {
  test('is exposed with its next refresh: the page gets what the server gives, and Holdfast keeps nothing', async () => {
    const world = worldWith(false);
    const before = await signIn(world, false);
    expect(before.access_token).toMatch(/^hf_/);
    const [held] = await world.ports.sessions.list();
    world.policy.handedOver = [RESOURCE];
    expect(await refresh(world, before.refresh_token, { ...BEARER, ...RENEWED })).toMatchObject({
      ...{ token_type: 'Bearer', workspace: 'Ours', expires_in: 3600 },
      ...RENEWED,
    });
    const sessions = await world.ports.sessions.list();
    expect(sessions).toMatchObject([{ id: held?.id, state: 'exposed', reason: 'handed_over', resource: RESOURCE }]);
    expect(JSON.stringify(sessions)).not.toMatch(/real-|new-|hf_/);
    expect(await (await world.database).getAll('tokens')).toEqual([]);
    expect(world.withdrawn).toContain('real-access');
    expect(world.activity.at(-1)).toMatchObject({
      kind: 'exposed',
      code: 'handed_over',
      server: 'https://mcp.example',
    });
  });

  test('keeps its refresh token where the server gives no other', async () => {
    const world = worldWith(false);
    const { refresh_token } = await signIn(world, false);
    world.policy.handedOver = [RESOURCE];
    const answer = { access_token: 'new-access', token_type: 'Bearer' };
    world.replies.push({ body: answer });
    const form = { grant_type: 'refresh_token', refresh_token: String(refresh_token), client_id: 'me' };
    const got = answerOf(await world.post(METADATA.token_endpoint, form));
    expect(got).toMatchObject({ access_token: 'new-access', refresh_token: 'real-refresh' });
  });

  test('has dead handles then', async () => {
    const world = worldWith(false);
    const { access_token, refresh_token } = await signIn(world, false);
    world.policy.handedOver = [RESOURCE];
    await refresh(world, refresh_token, { ...BEARER, ...RENEWED });
    const request = { kind: 'prove', method: 'POST', url: RESOURCE } as const;
    expect(await world.ask({ ...request, token: String(access_token) })).toEqual({ kind: 'pass' });
    const form = { grant_type: 'refresh_token', refresh_token: String(refresh_token), client_id: 'me' };
    expect(answerOf(await world.post(METADATA.token_endpoint, form)).error).toBe('invalid_grant');
    expect(world.presented).toEqual([]);
  });

  test.each([
    ['is one of another resource', (world: World) => Object.assign(world.policy, { handedOver: [OTHER] })],
    [
      'is from a server that its resource does not trust, whatever the page named',
      (world: World) => {
        Object.assign(world.policy, { handedOver: [RESOURCE] });
        const url = 'https://mcp.example/.well-known/oauth-protected-resource/mcp';
        world.documents.set(url, { resource: RESOURCE, authorization_servers: ['https://another.example'] });
      },
    ],
    [
      'may get no bearer token',
      (world: World) => Object.assign(world.policy, { bearer: 'refuse', handedOver: [RESOURCE] }),
    ],
  ])('is held as before where it %s', async (_, decide) => {
    const world = worldWith(false);
    const { access_token, refresh_token } = await signIn(world, false);
    decide(world);
    expect(await refresh(world, refresh_token, { ...BEARER, ...RENEWED })).toMatchObject({
      access_token,
      refresh_token,
    });
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'held' }]);
  });

  test('is held where its page could not have read the answer by itself', async () => {
    const world = worldWith(false);
    const { refresh_token } = await signIn(world, false);
    world.policy.handedOver = [RESOURCE];
    const headers = { 'Access-Control-Allow-Origin': 'https://other-agent.example' };
    world.replies.push(tokens({ ...BEARER, ...RENEWED }, headers));
    const form = { grant_type: 'refresh_token', refresh_token: String(refresh_token), client_id: 'me' };
    expect(await world.post(METADATA.token_endpoint, form)).toEqual({ kind: 'unreachable' });
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'held' }]);
  });
});

describe('a sign-in at a server without DPoP', () => {
  test('leaves its tokens to the page for the resource that is handed over, and says why; others are held', async () => {
    const world = worldWith(false, RESOURCE);
    expect(await signIn(world, false)).toMatchObject({ access_token: 'real-access', workspace: 'Ours' });
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'exposed', reason: 'handed_over' }]);
    expect((await signIn(world, false, OTHER)).access_token).toMatch(/^hf_/);
  });

  test('is held where that resource trusts another server: a page may name any resource at any server', async () => {
    const world = worldWith(false);
    await signIn(world, false, OTHER); // the server is known
    world.policy.handedOver = [RESOURCE];
    const url = 'https://mcp.example/.well-known/oauth-protected-resource/mcp';
    world.documents.set(url, { resource: RESOURCE, authorization_servers: ['https://another.example'] });
    expect((await signIn(world, false)).access_token).toMatch(/^hf_/);
  });

  test('is held again when Holdfast is to keep its tokens again', async () => {
    const world = worldWith(false, RESOURCE);
    await signIn(world, false);
    world.policy.handedOver = [];
    expect((await signIn(world, false)).access_token).toMatch(/^hf_/);
  });

  test('is still what the person let it be when the page refreshes by itself', async () => {
    const world = worldWith(false, RESOURCE);
    await signIn(world, false);
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'me', resource: RESOURCE }).toString();
    await world.ask({ kind: 'exposed', url: METADATA.token_endpoint, body });
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'exposed', reason: 'handed_over' }]);
  });

  test('gets no bearer token for a resource that is handed over where the policy refuses those', async () => {
    const world = worldWith(false, RESOURCE);
    world.policy.bearer = 'refuse';
    await expect(signIn(world, false)).resolves.toMatchObject({ error: 'access_denied' });
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'refused' }]);
  });
});

describe('a bound session whose page is let hold its tokens', () => {
  const prove = (world: World, token: unknown) =>
    world.ask({ kind: 'prove', token: String(token), method: 'POST', url: RESOURCE });

  test('leaves them to a page that was loaded since, still bound, and takes them back', async () => {
    const world = worldWith(true);
    const before = await signIn(world, true);
    world.policy.handedOver = [RESOURCE];
    const news = await refresh(world, before.refresh_token, RENEWED, true);
    expect(news).toMatchObject(RENEWED);
    expect((await prove(world, 'new-access')).kind).toBe('proof');
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'bound', handles: { by: 'page' } }]);

    world.policy.handedOver = [];
    await world.holdfast.unproved(AGENT, RESOURCE, 'Bearer'); // by a page that was loaded since, with what it has
    const last = await refresh(world, 'new-refresh', { access_token: 'last', refresh_token: 'last' }, true);
    expect([last.access_token, last.refresh_token]).toEqual([
      expect.stringMatching(/^hf_/),
      expect.stringMatching(/^hfr_/),
    ]);
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'bound', handles: { by: 'holdfast' } }]);
  });

  test('keeps its handles in a page that was not, and one of another resource in any', async () => {
    const world = worldWith(true);
    const { access_token, refresh_token } = await signIn(world, true);
    world.policy.handedOver = [RESOURCE];
    expect((await refresh(world, refresh_token, RENEWED)).access_token).toBe(access_token);
    world.policy.handedOver = [OTHER];
    expect((await refresh(world, refresh_token, RENEWED, true)).access_token).toBe(access_token);
  });
});

test('a token of the page’s own is no proof that was denied', async () => {
  const world = worldWith(false, RESOURCE);
  await signIn(world, false);
  world.activity.length = 0;
  const request = { kind: 'prove', token: 'real-access', method: 'POST', url: RESOURCE } as const;
  expect(await world.ask(request)).toEqual({ kind: 'pass' });
  expect(world.activity).toEqual([]);
});
