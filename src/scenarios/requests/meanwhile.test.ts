import { beforeEach, describe, expect, test, vi } from 'vitest';
import { originOf } from '../../model/origin.ts';
import type { BoundSession } from '../../model/session.ts';
import { createWorld, METADATA, NO_RESOURCE, type ScriptedReply, tokens, type World } from '../world.fixture.ts';

const OK = { body: '' };

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
});

/** A refresh whose answer the test gives. */
async function refreshing(): Promise<{ answer: (reply: ScriptedReply) => void; done: Promise<unknown> }> {
  const { promise, resolve } = deferred<ScriptedReply>();
  world.replies.push(promise);
  const form = { grant_type: 'refresh_token', refresh_token: session.handles.refresh ?? '', client_id: 'me' };
  const done = world.post(METADATA.token_endpoint, form);
  await vi.waitFor(() => expect(world.posted).toHaveLength(1));
  return { answer: resolve, done };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const RENEWED = tokens({ access_token: 'real-2', refresh_token: 'real-refresh-2' });
const now = () => world.ports.sessions.get(session.id);
const prove = (url: string, token: string = session.handles.access) =>
  world.ask({ kind: 'prove', token, method: 'POST', url, mcp: true });

describe('while a refresh is under way', () => {
  test('a session that is revoked stays revoked, and the tokens that came meanwhile are revoked with it', async () => {
    const { answer, done } = await refreshing();
    const revoking = world.holdfast.revoke(session.id);
    world.replies.push(OK, OK);
    answer(RENEWED);
    await Promise.all([done, revoking]);
    expect(world.posted.slice(1).map(({ form }) => form.get('token'))).toEqual(['real-refresh-2', 'real-2']);
    expect(await now()).toMatchObject({ state: 'revoked', confirmed: true });
    expect(await world.ports.sessions.tokens(session.id)).toBeUndefined();
  });

  test('a page that revokes revokes the token that came', async () => {
    const { answer, done } = await refreshing();
    const revoking = world.post(METADATA.revocation_endpoint, { token: session.handles.refresh ?? '' });
    world.replies.push(OK);
    answer(RENEWED);
    await Promise.all([done, revoking]);
    expect(world.posted.at(-1)?.form.get('token')).toBe('real-refresh-2');
    expect((await now())?.state).toBe('revoked');
  });

  test('a key that is retired stays so: the new refresh token is given up too', async () => {
    const { answer, done } = await refreshing();
    const retiring = world.holdfast.retire(session.id);
    answer(RENEWED);
    await Promise.all([done, retiring]);
    expect(await now()).toMatchObject({ state: 'bound', retiring: true });
    expect(await world.ports.sessions.tokens(session.id)).toEqual({ accessToken: 'real-2' });
  });
});

describe('a session without a resource', () => {
  beforeEach(async () => {
    session = await world.bound({ resource: NO_RESOURCE });
  });

  test('that is used at two places at once becomes the one’s, and is refused at the other', async () => {
    const replies = await Promise.all([prove('https://one.example/mcp'), prove('https://two.example/mcp')]);
    expect(replies.map(({ kind }) => kind).toSorted()).toEqual(['answer', 'proof']);
    expect(new Set(world.presented.map(({ url }) => originOf(url))).size).toBe(1);
  });

  test('that is revoked while the person is asked about a place stays revoked', async () => {
    const asked = deferred<boolean>();
    Object.assign(world.ports.access, { ensure: () => asked.promise });
    const proving = prove('https://one.example/mcp');
    world.replies.push(OK, OK);
    await world.holdfast.revoke(session.id);
    asked.resolve(true);
    expect((await proving).kind).toBe('pass');
    expect((await now())?.state).toBe('revoked');
  });
});

test('a session that is revoked while a proof is made is not taken for one whose key was lost', async () => {
  const get = world.ports.keys.get;
  Object.assign(world.ports.keys, {
    get: async (thumbprint: Parameters<typeof get>[0]) => {
      world.replies.push(OK, OK);
      await world.holdfast.revoke(session.id);
      return get(thumbprint);
    },
  });
  await prove(session.resource ?? '');
  expect((await now())?.state).toBe('revoked');
});
