import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../protocol/error.ts';
import { answerOf, createWorld, METADATA, tokens } from '../world.fixture.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
/** Days. */
const RETENTION = 30;

describe('housekeeping', () => {
  it('deletes keys that nothing is bound to, and none that is needed', async () => {
    const world = createWorld();
    const session = await world.bound();
    const orphan = await world.ports.keys.create('ES256');
    await world.holdfast.tidy(RETENTION);
    const left = await world.ports.keys.list();
    expect(left).toContain(session.binding.thumbprint);
    expect(left).toContain(world.named.at(-1)?.thumbprint); // the key of the next authorization request
    expect(left).not.toContain(orphan.thumbprint);
  });

  it('keeps the key of a sign-in that is under way, and deletes it when nobody came back for a day', async () => {
    const world = createWorld();
    const key = await world.authorize('challenge');
    await world.holdfast.tidy(RETENTION);
    expect(await world.ports.keys.list()).toContain(key);
    world.pass(DAY);
    await world.holdfast.tidy(RETENTION);
    expect(await world.ports.keys.list()).not.toContain(key);
  });

  it('ends a session that has expired and cannot be refreshed, with its tokens and its key', async () => {
    const world = createWorld();
    const { id, binding } = await world.bound({ refresh_token: undefined } as object);
    world.pass(2 * HOUR);
    await world.holdfast.tidy(RETENTION);
    expect(await world.ports.sessions.get(id)).toMatchObject({ state: 'expired' });
    expect(await world.ports.sessions.tokens(id)).toBeUndefined();
    expect(await world.ports.keys.get(binding.thumbprint)).toBeUndefined();
  });

  it('leaves a session alone that can still be refreshed', async () => {
    const world = createWorld();
    const { id } = await world.bound();
    world.pass(100 * RETENTION * DAY);
    await world.holdfast.tidy(RETENTION);
    expect(await world.ports.sessions.get(id)).toMatchObject({ state: 'bound' });
  });

  it('forgets a session when it has been over for as long as such are kept, and not before', async () => {
    const world = createWorld();
    const { id } = await world.bound();
    world.replies.push({ body: '' }, { body: '' });
    await world.holdfast.revoke(id);
    world.pass(RETENTION * DAY - 1);
    await world.holdfast.tidy(RETENTION);
    expect(await world.ports.sessions.get(id)).toBeDefined();
    world.pass(1);
    await world.holdfast.tidy(RETENTION);
    expect(await world.ports.sessions.get(id)).toBeUndefined();
  });
});

describe('a retired key', () => {
  it('signs until its access token expires, and gets no new one', async () => {
    const world = createWorld();
    const { id, handles, binding } = await world.bound();
    await world.holdfast.retire(id);
    const proof = await world.ask({
      kind: 'prove',
      token: handles.access,
      method: 'POST',
      url: 'https://mcp.example/mcp',
    });
    expect(proof.kind).toBe('proof');

    const form = { grant_type: 'refresh_token', refresh_token: handles.refresh ?? '', client_id: 'me' };
    expect(answerOf(await world.post(METADATA.token_endpoint, form))).toMatchObject({
      status: 400,
      error: 'invalid_grant',
    });
    expect(world.posted).toHaveLength(0);
    expect(await world.ports.sessions.get(id)).toMatchObject({ state: 'expired' });
    expect(await world.ports.keys.get(binding.thumbprint)).toBeUndefined();
    expect(world.withdrawn).toContain('real-access');
  });

  it('has no refresh token any more, and goes at once when the access token is over', async () => {
    const world = createWorld();
    const [first, second] = [await world.bound(), await world.bound()];
    await world.holdfast.retire(first.id);
    expect(await world.ports.sessions.tokens(first.id)).toEqual({ accessToken: 'real-access' });
    world.pass(2 * HOUR);
    await world.holdfast.retire(second.id);
    expect(await world.ports.sessions.get(second.id)).toMatchObject({ state: 'expired' });
    expect(await world.ports.keys.get(second.binding.thumbprint)).toBeUndefined();
  });

  it('goes with its access token when nobody refreshes', async () => {
    const world = createWorld();
    const { id, binding } = await world.bound();
    await world.holdfast.retire(id);
    world.pass(2 * HOUR);
    await world.holdfast.tidy(RETENTION);
    expect(await world.ports.sessions.get(id)).toMatchObject({ state: 'expired' });
    expect(await world.ports.keys.get(binding.thumbprint)).toBeUndefined();
  });

  it('is followed by a new key at the next sign-in', async () => {
    const world = createWorld();
    const before = await world.bound();
    await world.holdfast.retire(before.id);
    const after = await world.bound();
    expect(after.binding.thumbprint).not.toBe(before.binding.thumbprint);
    expect(await world.ports.keys.get(before.binding.thumbprint)).toBeDefined(); // its access token is still good
  });
});

describe('revoking many', () => {
  it('ends every session of one agent, and none of another', async () => {
    const world = createWorld();
    const [mine, mineToo] = [await world.bound(), await world.bound()];
    const theirs = await world.bound({ agent: 'https://other.example' as typeof mine.agent });
    world.replies.push(...Array.from({ length: 4 }, () => tokens()));
    await world.holdfast.revokeAll(mine.agent);
    const states = await Promise.all([mine, mineToo, theirs].map(({ id }) => world.ports.sessions.get(id)));
    expect(states.map((session) => session?.state)).toEqual(['revoked', 'revoked', 'bound']);
  });

  it('ends the others where one cannot be ended, and then says so', async () => {
    const world = createWorld();
    const [one, other] = [await world.bound(), await world.bound()];
    world.replies.push(...Array.from({ length: 4 }, () => tokens()));
    const save = world.ports.sessions.save.bind(world.ports.sessions);
    const full = new HoldfastError('storage_full', 'No room');
    world.ports.sessions.save = (session) => (session.id === one.id ? Promise.reject(full) : save(session));
    await expect(world.holdfast.revokeAll()).rejects.toBe(full);
    expect((await world.ports.sessions.get(other.id))?.state).toBe('revoked');
  });
});
