import { openDB } from 'idb';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Database, keepOpen, LAYOUT_VERSION, openDatabase } from '../../background/store/database.ts';
import { viewOf } from '../../background/views/session-view.ts';
import type { PageRequest } from '../../messages/page.ts';
import type { BoundSession } from '../../model/session.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import {
  AGENT,
  answerOf,
  createWorld,
  ISSUER,
  METADATA,
  METADATA_URL,
  newDatabase,
  RESOURCE,
  tokens,
  type World,
} from '../world.fixture.ts';

const CODE = { grant_type: 'authorization_code', code: 'c', code_verifier: 'verifier', resource: RESOURCE };
const FULL = () => new DOMException('no room', 'QuotaExceededError');

/** A database on a disk that can be full: each transaction that writes is aborted then, as Chrome aborts it. */
function createDisk() {
  let error: (() => unknown) | undefined;
  const real = newDatabase();
  const database: PromiseLike<Database> = real.then(
    (open) =>
      new Proxy(open, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== 'function') return member;
          return (...given: unknown[]) => {
            const writes = given[1] === 'readwrite' || name === 'put' || name === 'delete';
            if (error && writes) throw error();
            return member.apply(target, given);
          };
        },
      }),
  );
  const fail = (next: typeof error): void => {
    error = next;
  };
  return { real, database, fail };
}

let disk: ReturnType<typeof createDisk>;
let world: World;
let session: BoundSession;
beforeEach(async () => {
  disk = createDisk();
  world = createWorld(disk.database);
  session = await world.bound();
});

const refresh = (of = session, by = world) =>
  by.post(METADATA.token_endpoint, { grant_type: 'refresh_token', refresh_token: of.handles.refresh ?? '' });
const prove = (of = session, by = world) =>
  by.ask({ kind: 'prove', token: of.handles.access, method: 'POST', url: RESOURCE });

describe('without room on the disk', () => {
  test('a sign-in fails with a sentence, its tokens are given back, and nothing of it is kept', async () => {
    await world.authorize(await codeChallenge('verifier'));
    world.posted.length = 0;
    disk.fail(FULL);
    world.replies.push(tokens({ access_token: 'real-new', refresh_token: 'real-new-refresh' }), { body: '' });
    const answer = answerOf(await world.post(METADATA.token_endpoint, CODE));
    expect(answer).toMatchObject({ status: 502, error: 'server_error' });
    expect(answer.error_description).toContain('no room');
    expect(JSON.stringify(answer)).not.toContain('real-');
    expect(world.posted.at(-1)).toMatchObject({ url: METADATA.revocation_endpoint });
    expect(world.posted.at(-1)?.form.get('token')).toBe('real-new-refresh');
    expect(world.activity).toContainEqual(expect.objectContaining({ kind: 'failed', code: 'storage_full' }));
    expect((await world.ports.sessions.list()).map(({ id }) => id)).toEqual([session.id]);
  });

  test('nor a working one: a code that was used is not sent again by the page', async () => {
    await world.authorize(await codeChallenge('verifier'));
    disk.fail(() => new DOMException('broken', 'UnknownError'));
    world.replies.push(tokens(), { body: '' });
    expect(answerOf(await world.post(METADATA.token_endpoint, CODE))).toMatchObject({ error: 'server_error' });
  });

  test('a refresh goes on with the new tokens, and its session says that they are not stored', async () => {
    disk.fail(FULL);
    world.replies.push(tokens({ access_token: 'real-2', refresh_token: 'real-refresh-2' }));
    expect(answerOf(await refresh())).toMatchObject({ status: 200, access_token: session.handles.access });
    expect(await world.ports.sessions.tokens(session.id)).toEqual({
      accessToken: 'real-2',
      refreshToken: 'real-refresh-2',
    });
    expect(
      viewOf(session, { proofs: 0, recent: [] }, { isUnsaved: world.ports.sessions.isUnsaved(session.id) }),
    ).toMatchObject({
      isUnsaved: true,
    });
    expect(world.activity).toContainEqual(
      expect.objectContaining({ kind: 'failed', code: 'storage_full', session: session.id }),
    );
    world.replies.push(tokens({ access_token: 'real-3', refresh_token: 'real-refresh-3' }));
    expect(answerOf(await refresh()).status).toBe(200);
    expect(world.posted.at(-1)?.form.get('refresh_token')).toBe('real-refresh-2');
  });

  test('what could not be written is written when it is used and there is room again', async () => {
    disk.fail(FULL);
    world.replies.push(tokens({ access_token: 'real-2', refresh_token: 'real-refresh-2' }));
    await refresh();
    expect((await prove()).kind).toBe('proof');
    expect(world.ports.sessions.isUnsaved(session.id)).toBe(true);
    disk.fail(undefined);
    expect((await prove()).kind).toBe('proof');
    await expect.poll(() => world.ports.sessions.isUnsaved(session.id)).toBe(false);
    const next = createWorld(disk.real);
    expect(await next.ports.sessions.tokens(session.id)).toEqual({
      accessToken: 'real-2',
      refreshToken: 'real-refresh-2',
    });
  });

  test('what a newer refresh has stored is not overwritten by what an older one could not', async () => {
    disk.fail(FULL);
    world.replies.push(tokens({ access_token: 'real-2', refresh_token: 'real-refresh-2' }));
    await refresh();
    disk.fail(undefined);
    world.replies.push(tokens({ access_token: 'real-3', refresh_token: 'real-refresh-3' }));
    await Promise.all([prove(), refresh(), prove()]);
    await expect.poll(() => world.ports.sessions.isUnsaved(session.id)).toBe(false);
    const next = createWorld(disk.real);
    expect((await next.ports.sessions.tokens(session.id))?.refreshToken).toBe('real-refresh-3');
  });

  test('sessions that need not write go on', async () => {
    disk.fail(FULL);
    expect((await prove()).kind).toBe('proof');
  });

  test('a bearer token that is to be held and cannot be kept is given back, and the page gets an error', async () => {
    await world.authorize(await codeChallenge('verifier'));
    disk.fail(FULL);
    world.replies.push(tokens({ token_type: 'Bearer' }), { body: '' });
    expect(answerOf(await world.post(METADATA.token_endpoint, CODE)).error_description).toContain('no room');
    expect(world.posted.map(({ url }) => url)).toEqual([METADATA.token_endpoint, METADATA.revocation_endpoint]);
  });

  test('a bearer token that the page is to have, and that cannot be noted, reaches it all the same', async () => {
    world.policy.bearer = 'expose';
    await world.authorize(await codeChallenge('verifier'));
    disk.fail(FULL);
    world.replies.push(tokens({ token_type: 'Bearer' }));
    expect(answerOf(await world.post(METADATA.token_endpoint, CODE))).toMatchObject({ token_type: 'Bearer' });
  });

  test('a sign-in whose key could not be remembered is not sent without it', async () => {
    disk.fail(FULL);
    expect(answerOf(await world.post(METADATA.token_endpoint, CODE))).toMatchObject({ error: 'server_error' });
    expect(world.posted).toEqual([]);
  });

  test('nor one whose server, found by the resource that it names, could not be remembered', async () => {
    const stranger = createWorld(disk.database);
    stranger.documents.set('https://mcp.example/.well-known/oauth-protected-resource/mcp', {
      resource: RESOURCE,
      authorization_servers: [ISSUER],
    });
    await stranger.ports.servers.remove(AGENT, ISSUER);
    disk.fail(FULL);
    const answer = answerOf(await stranger.post(METADATA.token_endpoint, CODE));
    expect(answer.error_description).toContain('no room');
    expect(stranger.activity).toContainEqual(expect.objectContaining({ kind: 'failed', code: 'storage_full' }));
  });

  test('a token that is given back to a server that is down is noted under its origin', async () => {
    const tenant = `${ISSUER}/tenant`;
    const at = `${ISSUER}/.well-known/oauth-authorization-server/tenant`;
    world.documents.set(at, { ...METADATA, issuer: tenant, token_endpoint: `${tenant}/token` });
    await world.ask({ kind: 'discover', url: at, dpop: true });
    const query = new URLSearchParams({
      code_challenge: await codeChallenge('verifier'),
      code_challenge_method: 'S256',
      dpop_jkt: world.named.at(-1)?.thumbprint ?? '',
    });
    await world.holdfast.authorized(AGENT, `${METADATA.authorization_endpoint}?${query}`);
    disk.fail(FULL);
    world.replies.push(tokens(), 'unreachable');
    await world.post(`${tenant}/token`, CODE);
    expect(world.activity.at(-1)).toMatchObject({ kind: 'unserved', server: ISSUER, code: 'server_unreachable' });
  });
});

describe('with a database that cannot be opened', () => {
  let closed: World;
  beforeEach(async () => {
    const name = `newer-${crypto.randomUUID()}`;
    (await openDB(name, LAYOUT_VERSION + 100)).close();
    closed = createWorld(keepOpen(name));
  });
  const code = () => closed.activity.at(-1)?.code;

  test('no handle leaves its page: it keeps its session for when storage is back', async () => {
    expect(await prove(session, closed)).toEqual({ kind: 'unreachable' });
    expect(await refresh(session, closed)).toEqual({ kind: 'unreachable' });
    expect(await closed.post(METADATA.revocation_endpoint, { token: session.handles.access })).toEqual({
      kind: 'unreachable',
    });
    expect([code(), closed.posted]).toEqual(['storage_newer', []]);
  });

  test('a page goes on as without Holdfast', async () => {
    expect(await closed.post(METADATA.token_endpoint, CODE)).toEqual({ kind: 'passAndReport' });
    const others: PageRequest[] = [
      { kind: 'hello' },
      { kind: 'discover', url: METADATA_URL, dpop: true },
      { kind: 'aside', url: RESOURCE },
      { kind: 'exposed', url: METADATA.token_endpoint, body: '' },
      { kind: 'prove', token: 'a-token-of-its-own', method: 'GET', url: RESOURCE },
    ];
    for (const request of others) expect(await closed.ask(request)).toEqual({ kind: 'pass' });
    expect(code()).toBe('storage_newer');
  });

  test('where the policy refuses bearer tokens, the page gets none this way either', async () => {
    closed.policy.bearer = 'refuse';
    expect(answerOf(await closed.post(METADATA.token_endpoint, CODE))).toMatchObject({ error: 'server_error' });
  });
});

test('the page of a session whose storage was lost signs in again', async () => {
  const next = createWorld(openDatabase(`lost-${crypto.randomUUID()}`));
  expect(await prove(session, next)).toEqual({ kind: 'pass' });
  expect(next.activity.at(-1)).toMatchObject({ kind: 'denied', code: 'unknown_handle' });
});

describe('a fault of the program itself', () => {
  const fault = async (): Promise<never> => {
    throw new TypeError('undefined is not a function');
  };

  test('ends in no plain bearer token: the code is not spent, and works the next time', async () => {
    await world.authorize(await codeChallenge('verifier'));
    world.posted.length = 0;
    const { of } = world.ports.policies;
    Object.assign(world.ports.policies, { of: fault });
    expect(answerOf(await world.post(METADATA.token_endpoint, CODE))).toMatchObject({
      status: 503,
      error: 'temporarily_unavailable',
    });
    expect(world.posted).toEqual([]);
    expect(world.activity.at(-1)).toMatchObject({ kind: 'failed', code: 'internal' });
    Object.assign(world.ports.policies, { of });
    world.replies.push(tokens());
    expect(answerOf(await world.post(METADATA.token_endpoint, CODE)).status).toBe(200);
  });

  test('lets no handle leave its page', async () => {
    Object.assign(world.ports.keys, { get: fault });
    expect(await prove()).toEqual({ kind: 'unreachable' });
  });

  test('in broken storage, a policy that cannot be read counts as the strictest', async () => {
    Object.assign(world.ports.arming, { authorization: () => Promise.reject(new DOMException('', 'UnknownError')) });
    Object.assign(world.ports.policies, { of: fault });
    expect(answerOf(await world.post(METADATA.token_endpoint, CODE))).toMatchObject({ error: 'server_error' });
  });
});
