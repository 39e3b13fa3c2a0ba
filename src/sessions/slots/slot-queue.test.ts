import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { anOrigin, aSessionId } from '../../model/brands.fixture.ts';
import { PROOF_OUT_MS, RIGHT_BACK_MS, RIGHT_OUT_MS } from '../../model/lifetimes.ts';
import type { SessionId } from '../../model/session.ts';
import { keyOf, slotOf } from './presentation-slot.ts';
import { createSlotQueue, type SlotQueue } from './slot-queue.ts';

const AGENT = anOrigin('https://agent.example');
const SLOT = slotOf({ tab: 1, agent: AGENT }, 'https://mcp.example/mcp');
const [A, B] = [aSessionId('a'), aSessionId('b')];

describe('turns', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const setUp = () => {
    const recalled: string[] = [];
    const slots = createSlotQueue(Date.now, (slot, holder) => recalled.push(`${keyOf(slot)} ${holder}`));
    const order: string[] = [];
    const use = async (session: SessionId, jti: string) => {
      const turn = await slots.take(SLOT, session);
      order.push(jti);
      turn.handOut(jti, PROOF_OUT_MS);
      turn.done();
      return turn;
    };
    return { slots, recalled, order, use };
  };

  test('one session never waits for itself', async () => {
    const { use, order } = setUp();
    await Promise.all([use(A, 'a1'), use(A, 'a2'), use(A, 'a3')]);
    expect(order).toEqual(['a1', 'a2', 'a3']);
  });

  test('another session waits until every proof of the first has left', async () => {
    const { use, order, slots } = setUp();
    await use(A, 'a1');
    await use(A, 'a2');
    const waiting = use(B, 'b1');
    slots.seen('a1');
    await vi.advanceTimersByTimeAsync(10);
    expect(order).toEqual(['a1', 'a2']);
    slots.seen('a2');
    await waiting;
    expect(order).toEqual(['a1', 'a2', 'b1']);
  });

  test('what was made for a document that is gone holds nobody up, and that of another tab does', async () => {
    const { use, order, slots } = setUp();
    await use(A, 'a1');
    const waiting = use(B, 'b1');
    slots.leave(2);
    await vi.advanceTimersByTimeAsync(10);
    expect(order).toEqual(['a1']);
    slots.leave(1);
    await waiting;
    expect(order).toEqual(['a1', 'b1']);
  });

  test('first come, first served: a session that goes on does not starve the other', async () => {
    const { use, order, slots } = setUp();
    await use(A, 'a1');
    const waiting = [use(B, 'b1'), use(A, 'a2')];
    slots.seen('a1');
    await waiting[0];
    expect(order).toEqual(['a1', 'b1']);
    slots.seen('b1');
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
    const { use, recalled, slots } = setUp();
    await use(A, 'a1');
    const waiting = use(B, 'b1');
    expect(recalled).toEqual([`${keyOf(SLOT)} a`]);
    slots.seen('a1');
    await waiting;
  });

  test('a session that came while another prepared waits no longer for a lost proof, and recalls what was made ahead', async () => {
    const { slots, order, recalled, use } = setUp();
    const turn = await slots.take(SLOT, A);
    const waiting = use(B, 'b1');
    turn.handOut('a1', PROOF_OUT_MS);
    turn.done();
    expect(recalled).toEqual([`${keyOf(SLOT)} a`]);
    await vi.advanceTimersByTimeAsync(PROOF_OUT_MS + 1);
    expect(order).toEqual(['b1']);
    await waiting;
  });

  test('nothing is kept of a place whose page asks once, sends nothing and never comes back', async () => {
    const emptied: string[] = [];
    const slots = createSlotQueue(
      Date.now,
      () => undefined,
      (slot) => emptied.push(slot.url),
    );
    const urls = Array.from({ length: 100 }, (_, index) => `https://mcp.example/mcp/${index}`);
    for (const [index, url] of urls.entries()) {
      const turn = await slots.take(slotOf({ tab: 1, agent: AGENT }, url), A);
      turn.handOut(`jti ${index}`, PROOF_OUT_MS);
      turn.done();
    }
    expect(emptied).toEqual([]);
    await vi.advanceTimersByTimeAsync(PROOF_OUT_MS + 1);
    expect(emptied).toEqual(urls);
  });

  const lend = async (slots: SlotQueue, jtis: string[]) => {
    const turn = await slots.take(SLOT, A);
    turn.lend(jtis);
    turn.done();
  };

  test('what was lent is asked back once it is of no use: soon after it was made, or after the last of it was seen', async () => {
    const { slots, recalled } = setUp();
    await lend(slots, ['a1', 'a2', 'a3']);
    await vi.advanceTimersByTimeAsync(RIGHT_BACK_MS - 1);
    slots.seen('a1');
    await vi.advanceTimersByTimeAsync(RIGHT_BACK_MS - 1);
    slots.gone('a2');
    expect(recalled).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(recalled).toEqual([`${keyOf(SLOT)} a`]);
  });

  test('what was lent and is asked back once is not asked for again, and is not waited for for ever', async () => {
    const { slots, recalled, use, order } = setUp();
    await lend(slots, ['a1', 'a2']);
    await vi.advanceTimersByTimeAsync(RIGHT_OUT_MS - 1);
    expect(recalled).toHaveLength(1);
    const waiting = use(B, 'b1');
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
    expect(order).toEqual(['b1']);
  });

  test('a proof that counts as lost soon is not waited for as long as one that was handed out before it', async () => {
    const { slots, use, order } = setUp();
    await use(A, 'a1');
    await lend(slots, ['a2']);
    const waiting = use(B, 'b1');
    slots.seen('a1');
    await vi.advanceTimersByTimeAsync(RIGHT_OUT_MS);
    expect(order).toEqual(['a1', 'b1']);
    await waiting;
  });

  test('sessions at other places do not wait', async () => {
    const { use, slots } = setUp();
    await use(A, 'a1');
    await expect(slots.take(slotOf({ tab: 1, agent: AGENT }, 'https://other.example'), B)).resolves.toBeDefined();
  });

  test('a session says while it prepares whether others wait', async () => {
    const { slots } = setUp();
    const turn = await slots.take(SLOT, A);
    expect(turn.contended).toBe(false);
    void slots.take(SLOT, B);
    expect(turn.contended).toBe(true);
  });
});
