import { encode } from 'jose/base64url';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { PageReply } from '../../messages/page.ts';
import { type BoundSession, ended } from '../../model/session.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import { PASS } from '../../sessions/page-answer.ts';
import { AGENT, answerOf, createWorld, leaving, METADATA, RESOURCE, tokens, type World } from '../world.fixture.ts';

const passkey = { credentialId: bytes(16), salt: bytes(32), secret: bytes(32) };

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
  await world.lock.turnOn(passkey);
});

function bytes(size: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(size));
}

const prove = () => world.ask({ kind: 'prove', token: session.handles.access, method: 'POST', url: RESOURCE });
const refresh = () =>
  world.post(METADATA.token_endpoint, {
    grant_type: 'refresh_token',
    refresh_token: session.handles.refresh ?? '',
    client_id: 'me',
  });
const revoke = () => world.post(METADATA.revocation_endpoint, { token: session.handles.refresh ?? '' });
const current = () => world.ports.sessions.get(session.id);
const unlock = () => world.lock.unlock(passkey.secret);
/** The agent's request has come as far as the question. */
const isAsked = () => vi.waitFor(() => expect(world.asked).toEqual([AGENT]));
/** The person answers “Not now”, or the time is over. */
async function refused(reply: Promise<PageReply>): Promise<PageReply> {
  await isAsked();
  world.question.stayLocked(AGENT);
  return reply;
}

test('while it is unlocked, a session works as without the lock', async () => {
  expect((await prove()).kind).toBe('proof');
  world.replies.push(tokens({ access_token: 'real-access-2' }));
  expect(answerOf(await refresh()).access_token).toBe(session.handles.access);
  expect(world.asked).toEqual([]);
});

describe('locked', () => {
  beforeEach(() => world.lock.lock());

  test('no proof is made and no token is presented until it is unlocked', async () => {
    const reply = prove();
    await isAsked();
    expect(world.presented).toEqual([]);
    expect(await unlock()).toBe(true);
    expect((await reply).kind).toBe('proof');
    expect(world.presented).toMatchObject([
      { tab: 1, url: RESOURCE, header: 'authorization', scheme: 'DPoP', accessToken: 'real-access' },
    ]);
  });

  test('a request that waited in vain leaves as the page made it: the server refuses it', async () => {
    expect(await refused(prove())).toEqual(PASS);
    expect(world.presented).toEqual([]);
    expect(world.activity.at(-1)).toMatchObject({ kind: 'denied', code: 'locked' });
  });

  test('nothing is lost by waiting in vain: after an unlock the same handles work', async () => {
    await refused(prove());
    expect((await current())?.state).toBe('bound');
    await unlock();
    expect((await prove()).kind).toBe('proof');
  });

  test('a refusal before the lock is not answered with a proof', async () => {
    const challenge = 'DPoP error="use_dpop_nonce"';
    const reply = world.ask({
      kind: 'prove',
      token: session.handles.access,
      method: 'POST',
      url: RESOURCE,
      refused: { jti: 'x', nonce: 'n', challenge },
    });
    expect(await refused(reply)).toEqual({ kind: 'relabel', challenge: 'Bearer error="use_dpop_nonce"' });
  });

  test('a refresh fails with the one error for which an agent keeps its tokens and starts no new sign-in', async () => {
    expect(answerOf(await refused(refresh()))).toMatchObject({ status: 503, error: 'temporarily_unavailable' });
    expect(world.posted).toEqual([]);
    expect((await current())?.state).toBe('bound');
  });

  test('refreshes of several tabs wait for one question, and make one request', async () => {
    world.replies.push(tokens({ access_token: 'real-access-2' }));
    const replies = [refresh(), refresh()];
    await isAsked();
    await unlock();
    for (const reply of await Promise.all(replies)) expect(answerOf(reply).status).toBe(200);
    expect(world.posted).toHaveLength(1);
  });

  test('a code is not spent while its tokens could not be kept', async () => {
    const verifier = encode(bytes(32));
    await world.authorize(await codeChallenge(verifier));
    const exchange = () =>
      world.post(METADATA.token_endpoint, {
        grant_type: 'authorization_code',
        code: 'c',
        code_verifier: verifier,
        client_id: 'me',
        resource: RESOURCE,
      });
    expect(answerOf(await refused(exchange()))).toMatchObject({ error: 'temporarily_unavailable' });
    expect(world.posted).toEqual([]);
    world.replies.push(tokens());
    await unlock();
    expect(answerOf(await exchange()).status).toBe(200);
  });

  test('a code that was spent before is not spent again by an agent that asks once more', async () => {
    const verifier = encode(bytes(32));
    await world.lock.turnOff(passkey.secret);
    await world.authorize(await codeChallenge(verifier));
    const exchange = () =>
      world.post(METADATA.token_endpoint, { grant_type: 'authorization_code', code: 'c', code_verifier: verifier });
    world.replies.push(tokens());
    const { access_token } = answerOf(await exchange());
    await world.lock.turnOn(passkey);
    await world.lock.lock();
    expect(answerOf(await refused(exchange()))).toMatchObject({ error: 'temporarily_unavailable' });
    await unlock();
    expect(answerOf(await exchange()).access_token).toBe(access_token);
    expect(world.posted).toHaveLength(1);
  });

  test('a revocation by the page waits as well', async () => {
    world.replies.push({ body: '' });
    const reply = revoke();
    await isAsked();
    expect(world.posted).toEqual([]);
    await unlock();
    expect((await reply).kind).toBe('answer');
    expect(world.posted[0]?.form.get('token')).toBe('real-refresh');
  });

  test('a revocation by the person ends nothing that it could not revoke', async () => {
    const revoking = world.holdfast.revoke(session.id);
    await isAsked();
    world.question.stayLocked(AGENT);
    expect(await revoking).toBe('locked');
    expect((await current())?.state).toBe('bound');
  });

  test.for(['one', 'all'] as const)('a person who revokes %s is told that the vault stayed locked', async (what) => {
    const revoking = what === 'one' ? world.holdfast.revoke(session.id) : world.holdfast.revokeAll();
    await isAsked();
    world.question.stayLocked(AGENT);
    expect(await revoking).toBe('locked');
  });

  test('a key cannot be retired by who cannot unlock', async () => {
    const retiring = world.holdfast.retire(session.id);
    await isAsked();
    world.question.stayLocked(AGENT);
    expect(await retiring).toBe('locked');
    expect(await current()).not.toHaveProperty('retiring');
  });

  test('locking takes the tokens out of memory, of what is under way too, and out of every rule', async () => {
    await unlock();
    const made = await prove();
    if (made.kind !== 'proof') throw new Error(`the page got ${made.kind}`);
    await world.lock.lock();
    await expect(world.ports.sessions.tokens(session.id)).rejects.toMatchObject({ code: 'locked' });
    expect(world.holdfast.proofLog.madeFor(made.jti, AGENT, RESOURCE)).not.toHaveProperty('accessToken', 'real-access');
    expect(world.withdrawn).toContain('everything');
  });

  test('given up, every session asks to sign in again, before anybody uses it', async () => {
    await world.lock.giveUp(world.holdfast.giveUp);
    expect((await current())?.state).toBe('keyLost');
    expect(await world.ports.keys.get(session.binding.thumbprint)).toBeUndefined();
  });

  test('a session that was given up while its agent waited is not used', async () => {
    const reply = prove();
    await isAsked();
    await world.lock.giveUp(world.holdfast.giveUp);
    expect(await reply).toEqual(PASS);
    expect((await current())?.state).toBe('keyLost');
    expect(await world.ports.keys.get(session.binding.thumbprint)).toBeUndefined();
    expect(await world.lock.isLocked()).toBe(false);
  });

  test('a session that ended while its agent waited stays as it ended', async () => {
    const replies = [prove(), refresh()] as const;
    await isAsked();
    await world.ports.sessions.save(ended(session, { state: 'expired' }, world.ports.now()));
    await unlock();
    expect(await replies[0]).toEqual(PASS);
    expect(answerOf(await replies[1])).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(world.posted).toEqual([]);
    expect((await current())?.state).toBe('expired');
  });

  test('a session that is damaged asks nobody to unlock', async () => {
    const { binding: _, ...damaged } = session;
    await (await world.database).put('sessions', damaged as BoundSession);
    const next = createWorld(world.database);
    const requests = [
      next.ask({ kind: 'prove', token: session.handles.access, method: 'POST', url: RESOURCE }),
      next.post(METADATA.token_endpoint, {
        grant_type: 'refresh_token',
        refresh_token: session.handles.refresh ?? '',
      }),
      next.post(METADATA.revocation_endpoint, { token: session.handles.refresh ?? '' }),
    ];
    const [proof, refreshed, revoked] = await Promise.all(requests);
    expect([proof, revoked]).toEqual([PASS, PASS]);
    expect(refreshed && answerOf(refreshed)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(next.asked).toEqual([]);
  });

  test('the wrong passkey leaves everything as it is', async () => {
    const reply = prove();
    await isAsked();
    expect(await world.lock.unlock(bytes(32))).toBe(false);
    expect(world.presented).toEqual([]);
    await unlock();
    expect((await reply).kind).toBe('proof');
  });

  test('a session that was taken off the list while its agent waited stays off it', async () => {
    const reply = prove();
    await isAsked();
    await world.ports.sessions.remove(session.id);
    await unlock();
    expect(await reply).toEqual(PASS);
    expect(await world.ports.sessions.list()).toEqual([]);
  });

  test('the browser’s memory has the key no more: the next worker is locked', async () => {
    expect(await world.rawKey.get()).toBeUndefined();
    await unlock();
    expect(await world.rawKey.get()).toHaveLength(32);
  });

  test('another agent’s handle asks nobody for anything', async () => {
    const thief = world.caller('https://thief.example' as typeof AGENT);
    const stolen = { kind: 'prove', token: session.handles.access, method: 'POST', url: RESOURCE } as const;
    expect(await world.ask(stolen, thief)).toEqual(PASS);
    expect(world.asked).toEqual([]);
  });
});

test('a request that leaves after it was locked is not counted: the token that it was proved for is forgotten', async () => {
  const reply = await prove();
  if (reply.kind !== 'proof') throw new Error(reply.kind);
  await world.lock.lock();
  world.holdfast.proofLog.sent(reply.jti, leaving('DPoP real-access'));
  await world.holdfast.proofLog.answered(reply.jti, 200, () => null);
  await vi.waitFor(async () => expect((await world.ports.usage.get(session.id)).last?.status).toBe(200));
  expect((await world.ports.usage.get(session.id)).proofs).toBe(0);
});

test('a refresh that has left when it is locked is finished: a rotated token that is not kept would sign the person out', async () => {
  const { post } = world.ports.network;
  let answer = (): void => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  vi.spyOn(world.ports.network, 'post').mockImplementationOnce(async (...given) => {
    await answered;
    return post(...given);
  });
  world.replies.push(tokens({ access_token: 'real-access-2', refresh_token: 'real-refresh-2' }));
  const reply = refresh();
  await vi.waitFor(() => expect(world.ports.network.post).toHaveBeenCalled());
  const locking = world.lock.lock();
  await vi.waitFor(async () => expect(await world.lock.isLocked()).toBe(true));

  const late = prove();
  await isAsked();
  answer();
  expect(answerOf(await reply).status).toBe(200);
  await locking;
  expect(world.ports.sessions.isUnsaved(session.id)).toBe(false);
  await expect(world.ports.sessions.tokens(session.id)).rejects.toMatchObject({ code: 'locked' });

  await unlock();
  expect((await late).kind).toBe('proof');
  expect(world.presented.map(({ accessToken }) => accessToken)).toEqual(['real-access-2']);
  expect(await world.ports.sessions.tokens(session.id)).toEqual({
    accessToken: 'real-access-2',
    refreshToken: 'real-refresh-2',
  });
});

test('turning the lock off needs the passkey, and keeps the sessions', async () => {
  expect(await world.lock.turnOff(bytes(32))).toBe(false);
  expect(await world.lock.turnOff(passkey.secret)).toBe(true);
  await world.lock.lock();
  expect((await prove()).kind).toBe('proof');
});
