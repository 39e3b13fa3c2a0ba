import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { BoundSession } from '../../model/session.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { answerOf, createWorld, METADATA, oauthRefusal, tokens, type World } from '../world.fixture.ts';

const DAY = 86_400_000;

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
});

const refresh = () =>
  world.post(METADATA.token_endpoint, {
    grant_type: 'refresh_token',
    refresh_token: session.handles.refresh ?? '',
    client_id: 'me',
  });
const state = async () => (await world.ports.sessions.get(session.id))?.state;

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

  describe('are the only thing that can be wrong with a proof:', () => {
    const codes = () => world.activity.flatMap((line) => (line.kind === 'refused' ? [line.code] : []));
    const refuser = async () => (await world.ports.usage.get(session.id)).proofRefusedBy;

    test.each([
      ['a refusal by the same clock', [0]],
      ['one that stays after the clock was put right', [DAY, DAY]],
      ['one without a time', [undefined]],
    ])('%s is said as one for which nothing is known, until the server takes a proof', async (_, times) => {
      world.replies.push(
        ...times.map((off) =>
          off === undefined ? oauthRefusal('invalid_dpop_proof') : refused('invalid_dpop_proof', off),
        ),
      );
      expect(answerOf(await refresh())).toMatchObject({ status: 400, error: 'invalid_dpop_proof' });
      expect(codes()).toEqual(['sound_proof_refused']);
      await expect.poll(refuser).toBe(METADATA.issuer);
      world.replies.push(tokens());
      await refresh();
      await expect.poll(refuser).toBeUndefined();
    });

    test('one by a clock that is off by more is said as what the server says', async () => {
      world.replies.push(refused('invalid_dpop_proof', 2 * DAY));
      await refresh();
      expect([codes(), await refuser()]).toEqual([['invalid_dpop_proof'], undefined]);
    });
  });

  test('one server’s time is not another’s', async () => {
    world.replies.push(refused('invalid_dpop_proof', DAY), tokens());
    await refresh();
    expect(await world.ports.memory.clockOffset('https://mcp.example')).toBe(0);
  });
});

describe('a server whose clock is not known yet', () => {
  const get = (headers: Record<string, string>) =>
    vi.spyOn(world.ports.network, 'get').mockImplementation(async () => Response.json(METADATA, { headers }));
  const late = () => ({ Date: new Date(world.ports.now() - 6_000).toUTCString() });
  /** How far the time of the latest proof is ahead of ours, in milliseconds. */
  const ahead = () => Number(world.posted.at(-1)?.proof?.claims.iat) * 1_000 - world.ports.now();
  /** The browser was started again: what is in IndexedDB is there. */
  const startAgain = () => {
    world = createWorld(world.database);
  };

  test('is asked for the time when its metadata are read: the code is spent with the right one', async () => {
    world = createWorld();
    get(late());
    await world.bound();
    world.replies.push(tokens());
    session = (await world.ports.sessions.list())[0] as BoundSession;
    await refresh();
    expect(ahead()).toBeLessThanOrEqual(-5_000);
    expect(ahead()).toBeGreaterThan(-8_000);
  });

  test('is asked once, after the browser was started, before a refresh token is spent', async () => {
    startAgain();
    const asked = get(late());
    world.replies.push(tokens(), tokens());
    await refresh();
    expect(ahead()).toBeLessThanOrEqual(-5_000);
    await refresh();
    expect(asked).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['does not answer', () => Promise.reject(new HoldfastError('server_unreachable', 'gone'))],
    ['does not say', async () => Response.json(METADATA)],
  ])('and that %s: the refresh goes on, and it is not asked again', async (_, answer) => {
    startAgain();
    const asked = vi.spyOn(world.ports.network, 'get').mockImplementation(answer);
    world.replies.push(tokens(), tokens());
    expect(answerOf(await refresh()).status).toBe(200);
    expect(answerOf(await refresh()).status).toBe(200);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(ahead()).toBeGreaterThan(-2_000);
  });

  test('and that hangs: the refresh waits for a moment, and goes on', async () => {
    startAgain();
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    vi.spyOn(world.ports.network, 'get').mockImplementation(() => {
      void vi.advanceTimersByTimeAsync(2_000);
      return new Promise(() => undefined);
    });
    world.replies.push(tokens());
    expect(answerOf(await refresh()).status).toBe(200);
    vi.useRealTimers();
  });
});
