import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aSessionId } from '../../model/brands.fixture.ts';
import { PROOF_OUT_MS } from '../../model/lifetimes.ts';
import type { SessionId } from '../../model/session.ts';
import { keyOf, slotOf } from './presentation-slot.ts';
import { createTurns } from './slot-queue.ts';

const SLOT = slotOf(1, 'https://mcp.example/mcp');
const [A, B] = [aSessionId('a'), aSessionId('b')];

describe('turns', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const setUp = () => {
    const recalled: string[] = [];
    const turns = createTurns(Date.now, (slot, holder) => recalled.push(`${keyOf(slot)} ${holder}`));
    const order: string[] = [];
    const use = async (session: SessionId, jti: string) => {
      const turn = await turns.take(SLOT, session);
      order.push(jti);
      turn.handOut(jti);
      turn.done();
      return turn;
    };
    return { turns, recalled, order, use };
  };

  test('one session never waits for itself', async () => {
    const { use, order } = setUp();
    await Promise.all([use(A, 'a1'), use(A, 'a2'), use(A, 'a3')]);
    expect(order).toEqual(['a1', 'a2', 'a3']);
  });

  test('another session waits until every proof of the first has left', async () => {
    const { use, order, turns } = setUp();
    await use(A, 'a1');
    await use(A, 'a2');
    const waiting = use(B, 'b1');
    turns.seen('a1');
    await vi.advanceTimersByTimeAsync(10);
    expect(order).toEqual(['a1', 'a2']);
    turns.seen('a2');
    await waiting;
    expect(order).toEqual(['a1', 'a2', 'b1']);
  });

  test('first come, first served: a session that goes on does not starve the other', async () => {
    const { use, order, turns } = setUp();
    await use(A, 'a1');
    const waiting = [use(B, 'b1'), use(A, 'a2')];
    turns.seen('a1');
    await waiting[0];
    expect(order).toEqual(['a1', 'b1']);
    turns.seen('b1');
    await waiting[1];
    expect(order).toEqual(['a1', 'b1', 'a2']);
  });

  test('a proof that is never used holds nobody up for longer than it lives', async () => {
    const { use, order } = setUp();
    await use(A, 'a1');
    const waiting = use(B, 'b1');
    await vi.advanceTimersByTimeAsync(PROOF_OUT_MS + 1);
    await waiting;
    expect(order).toEqual(['a1', 'b1']);
  });

  test('proofs made ahead are recalled when another session waits', async () => {
    const { use, recalled, turns } = setUp();
    await use(A, 'a1');
    const waiting = use(B, 'b1');
    expect(recalled).toEqual([`${keyOf(SLOT)} a`]);
    turns.seen('a1');
    await waiting;
  });

  test('a session that came while another prepared waits no longer for a lost proof, and recalls what was made ahead', async () => {
    const { turns, order, recalled, use } = setUp();
    const turn = await turns.take(SLOT, A);
    const waiting = use(B, 'b1');
    turn.handOut('a1');
    turn.done();
    expect(recalled).toEqual([`${keyOf(SLOT)} a`]);
    await vi.advanceTimersByTimeAsync(PROOF_OUT_MS + 1);
    expect(order).toEqual(['b1']);
    await waiting;
  });

  test('sessions at other places do not wait', async () => {
    const { use, turns } = setUp();
    await use(A, 'a1');
    await expect(turns.take(slotOf(1, 'https://other.example'), B)).resolves.toBeDefined();
  });

  test('a session says while it prepares whether others wait', async () => {
    const { turns } = setUp();
    const turn = await turns.take(SLOT, A);
    expect(turn.contended).toBe(false);
    void turns.take(SLOT, B);
    expect(turn.contended).toBe(true);
  });
});
