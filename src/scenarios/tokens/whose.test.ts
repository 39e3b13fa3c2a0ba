import { beforeEach, describe, expect, test } from 'vitest';
import { readSession } from '../../background/store/records.ts';
import { anAccessHandle } from '../../model/brands.fixture.ts';
import { ended, type LiveSession, type Session } from '../../model/session.ts';
import { answerOf, createWorld, METADATA, METADATA_URL, RESOURCE, tokens, type World } from '../world.fixture.ts';

const WELL_KNOWN = 'https://mcp.example/.well-known/oauth-protected-resource/mcp';
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: unknown): string => `${part({ alg: 'ES256' })}.${part(claims)}.c2ln`;

let world: World;
beforeEach(() => {
  world = createWorld();
});

/** The page's answer to a sign-in at a server without DPoP. */
async function answered(members: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { dpop_signing_alg_values_supported: _, ...plain } = METADATA;
  world.policy.bearer = 'hold';
  world.documents.set(METADATA_URL, plain);
  const who = world.caller();
  await world.ask({ kind: 'resource', url: WELL_KNOWN }, who);
  await world.ask({ kind: 'discover', url: METADATA_URL, dpop: false, tokenEndpoint: METADATA.token_endpoint }, who);
  world.replies.push(tokens({ token_type: 'Bearer', ...members }));
  const form = { grant_type: 'authorization_code', code: 'c', code_verifier: 'v', client_id: 'me', resource: RESOURCE };
  return answerOf(await world.post(METADATA.token_endpoint, form, who));
}

async function held(members: Record<string, unknown>): Promise<Session | undefined> {
  const { access_token } = await answered(members);
  return world.ports.sessions.byHandle(anAccessHandle(String(access_token)));
}

async function refreshed(session: LiveSession, members: Record<string, unknown>): Promise<Session | undefined> {
  world.replies.push(tokens({ token_type: session.state === 'bound' ? 'DPoP' : 'Bearer', ...members }));
  const form = { grant_type: 'refresh_token', refresh_token: String(session.handles.refresh), client_id: 'me' };
  await world.post(METADATA.token_endpoint, form);
  return world.ports.sessions.get(session.id);
}

describe('whose a session is', () => {
  test('is read from the ID token, which the page gets as before', async () => {
    const id_token = jwt({ sub: '1', preferred_username: 'ada' });
    const answer = await answered({ id_token });
    expect(answer.id_token).toBe(id_token);
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'held', account: 'ada' }]);
  });

  test('is read from an access token that is a JWT', async () => {
    expect(await world.bound({ access_token: jwt({ sub: 'grace', client_id: 'me' }) })).toMatchObject({
      account: 'grace',
    });
    expect(await held({ access_token: jwt({ sub: 'ada' }) })).toMatchObject({ state: 'held', account: 'ada' });
  });

  test('is not what a client is called, and nothing where no token says it', async () => {
    expect(await held({ access_token: jwt({ sub: 'me' }) })).not.toHaveProperty('account');
    expect(await held({})).not.toHaveProperty('account');
  });

  test('is never a token, or a part of one, however the server puts it', async () => {
    const secret = 'secret-access-token-that-is-opaque';
    for (const sub of [
      secret,
      `token: ${secret}`,
      secret.slice(0, 20),
      encodeURIComponent(`<${secret}>`),
      btoa(secret),
    ]) {
      const session = await held({ access_token: secret, id_token: jwt({ sub, name: 'real-refresh' }) });
      expect(session, sub).not.toHaveProperty('account');
    }
  });

  test('is not the refresh token that a refresh has left as it was', async () => {
    const session = await world.bound();
    const id_token = jwt({ name: 'real-refresh', sub: 'ada' });
    const after = await refreshed(session, { access_token: 'opaque-and-new', refresh_token: undefined, id_token });
    expect(after).toMatchObject({ account: 'ada' });
  });

  test('follows the server at a refresh, and stays where that says nothing', async () => {
    const session = await world.bound({ access_token: jwt({ sub: 'grace' }) });
    expect(await refreshed(session, { access_token: 'opaque' })).toMatchObject({ account: 'grace' });
    expect(await refreshed(session, { access_token: jwt({ name: 'Grace H.' }) })).toMatchObject({
      account: 'Grace H.',
    });
  });
});

describe('a session of an earlier version', () => {
  test('is read as it was stored: without an account', async () => {
    const session = await world.bound();
    const stored = structuredClone(session) as unknown;
    expect(stored).not.toHaveProperty('account');
    expect(readSession(stored)).toEqual(session);
  });
});

describe('the person', () => {
  test('names a session, which keeps its name through a refresh and to its end; the empty name takes it away', async () => {
    const session = await world.bound({ access_token: jwt({ sub: 'grace' }) });
    expect(await world.holdfast.rename(session.id, 'Work')).toBe('done');
    const named = await refreshed(session, { access_token: 'opaque' });
    expect(named).toMatchObject({ nickname: 'Work', account: 'grace', state: 'bound' });
    expect(ended(named as LiveSession, { state: 'expired' }, 1)).toMatchObject({ nickname: 'Work', account: 'grace' });
    await world.holdfast.rename(session.id, '');
    expect(await world.ports.sessions.get(session.id)).not.toHaveProperty('nickname');
    await world.holdfast.revoke(session.id);
    expect(await world.holdfast.rename(session.id, 'x')).toBe('over');
  });
});
