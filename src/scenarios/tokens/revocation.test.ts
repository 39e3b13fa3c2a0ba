import { beforeEach, describe, expect, test } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import type { BoundSession } from '../../model/session.ts';
import { answerOf, createWorld, METADATA, type World } from '../world.fixture.ts';

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
});

const OK = { body: '' };
const expectGone = async () => {
  expect(await world.ports.sessions.tokens(session.id)).toBeUndefined();
  expect(await world.ports.keys.get(session.binding.thumbprint)).toBeUndefined();
  expect(await world.ports.sessions.byHandle(session.handles.access)).toBeUndefined();
  expect(world.withdrawn).toContain('real-access');
};

describe('the person revokes a session', () => {
  test('at the server, refresh token first; then key, tokens and handles are gone', async () => {
    world.replies.push(OK, OK);
    expect(await world.holdfast.revoke(session.id)).toMatchObject({ state: 'revoked', confirmed: true });
    expect(
      world.posted.map(({ form }) => [form.get('token'), form.get('token_type_hint'), form.get('client_id')]),
    ).toEqual([
      ['real-refresh', 'refresh_token', 'me'],
      ['real-access', 'access_token', 'me'],
    ]);
    await expectGone();
  });

  test.each([
    ['does not answer', 'unreachable' as const],
    ['refuses', { status: 400, body: { error: 'invalid_client' } }],
  ])('and the server %s: everything is gone here, and it says that the server did not confirm', async (_, reply) => {
    world.replies.push(reply, reply);
    expect(await world.holdfast.revoke(session.id)).toMatchObject({ state: 'revoked', confirmed: false });
    await expectGone();
  });

  test('and the server takes back the refresh token alone: it says that the access token may work until it ends', async () => {
    world.replies.push(OK, { status: 400, body: { error: 'unsupported_token_type' } });
    expect(await world.holdfast.revoke(session.id)).toMatchObject({ confirmed: true, accessLeft: true });
    await expectGone();
  });

  test('twice: the second time there is nothing to do', async () => {
    world.replies.push(OK, OK);
    await world.holdfast.revoke(session.id);
    expect(await world.holdfast.revoke(session.id)).toBe('over');
  });
});

describe('the page', () => {
  test('revokes with its handle: the real token goes to the server, and the session is revoked', async () => {
    world.replies.push(OK);
    const reply = await world.post(METADATA.revocation_endpoint, {
      token: session.handles.refresh ?? '',
      client_id: 'me',
    });
    expect(reply).toMatchObject({ kind: 'answer', status: 200 });
    expect(world.posted[0]?.form.get('token')).toBe('real-refresh');
    expect((await world.ports.sessions.get(session.id))?.state).toBe('revoked');
    await expectGone();
  });

  test('revokes the access token alone: the grant lives on', async () => {
    world.replies.push(OK);
    await world.post(METADATA.revocation_endpoint, { token: session.handles.access });
    expect((await world.ports.sessions.get(session.id))?.state).toBe('bound');
  });

  test('revokes in vain where the server refuses: the session goes on', async () => {
    world.replies.push({ status: 400, body: { error: 'invalid_client' } });
    await world.post(METADATA.revocation_endpoint, { token: session.handles.refresh ?? '' });
    expect((await world.ports.sessions.get(session.id))?.state).toBe('bound');
  });

  test('hears nothing that CORS keeps from it, and what happened has happened', async () => {
    world.replies.push({ ...OK, headers: { 'Access-Control-Allow-Origin': 'https://other.example' } });
    const form = { token: session.handles.refresh ?? '' };
    expect(await world.post(METADATA.revocation_endpoint, form)).toEqual({ kind: 'unreachable' });
    expect((await world.ports.sessions.get(session.id))?.state).toBe('revoked');
  });

  test('only asks when it introspects: the session goes on', async () => {
    world.replies.push({ body: { active: true } });
    await world.post(METADATA.introspection_endpoint, { token: session.handles.refresh ?? '' });
    expect(world.posted[0]?.form.get('token')).toBe('real-refresh');
    expect((await world.ports.sessions.get(session.id))?.state).toBe('bound');
  });

  test('introspects with its handle', async () => {
    world.replies.push({ body: { active: true } });
    expect(
      answerOf(await world.post(METADATA.introspection_endpoint, { token: session.handles.access })),
    ).toMatchObject({ active: true });
    expect(world.posted[0]?.form.get('token')).toBe('real-access');
  });

  test.each(['https://evil.example/revoke', METADATA.token_endpoint])(
    'has its handle not exchanged for %s',
    async (url) => {
      expect(await world.post(url, { token: session.handles.refresh ?? '' })).toEqual({ kind: 'pass' });
      expect(world.posted).toEqual([]);
    },
  );

  test('of another origin can do nothing with the handle', async () => {
    const reply = await world.post(
      METADATA.revocation_endpoint,
      { token: session.handles.refresh ?? '' },
      world.caller(anOrigin('https://evil.example')),
    );
    expect(reply).toEqual({ kind: 'pass' });
    expect((await world.ports.sessions.get(session.id))?.state).toBe('bound');
  });
});
