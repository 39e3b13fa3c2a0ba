import { beforeEach, describe, expect, test, vi } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import type { Vault } from '../store/vault.ts';
import type { Passkey } from '../store/wrapped-key.ts';
import { createLock } from './lock.ts';

const AGENT = anOrigin('https://agent.example');
const SECRET = new Uint8Array(32) as Passkey['secret'];
const PASSKEY: Passkey = { credentialId: SECRET, salt: SECRET, secret: SECRET };

let done: string[];
let isWrapped: boolean;
let lock: ReturnType<typeof createLock>;
beforeEach(() => {
  done = [];
  isWrapped = true;
  const note = (what: string) => void done.push(what);
  /** The vault takes a moment for everything, as storage does. */
  const slowly = async (what: string) => {
    await tick();
    note(what);
    return true;
  };
  const vault: Partial<Vault> = {
    isOpen: async () => true,
    wrapped: async () => (isWrapped ? ({} as never) : undefined),
    turnOn: async () => {
      await slowly('turned on');
      isWrapped = true;
    },
    turnOff: () => slowly('turned off'),
    unlock: () => slowly('unlocked'),
    forget: () => slowly('forgotten').then(() => undefined),
    giveUp: () => slowly('given up').then(() => undefined),
    lock: () => note('locked'),
  };
  lock = createLock({
    vault: vault as Vault,
    question: { ask: async () => false, unlocked: () => undefined },
    drop: async () => note('dropped'),
    changed: () => undefined,
  });
});

const tick = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A task that has begun, and ends when it is told to. */
function begin() {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const task = lock.port.open(AGENT, async () => {
    done.push('begun');
    await ended;
    done.push('ended');
  });
  return { task, end };
}

describe('while a task runs', () => {
  test.each([
    ['turned on', () => lock.turnOn(PASSKEY)],
    ['turned off', () => lock.turnOff(SECRET)],
    ['given up', () => lock.giveUp(async () => undefined)],
  ] as const)('nothing is %s: no server’s answer is lost', async (what, change) => {
    isWrapped = what !== 'turned on';
    const { task, end } = begin();
    await vi.waitFor(() => expect(done).toEqual(['begun']));
    const changing = change();
    await tick();
    await tick();
    expect(done).toEqual(['begun']);
    end();
    await Promise.all([task, changing]);
    expect(done.slice(0, 3)).toEqual(['begun', 'ended', what]);
  });

  test('locking drops what was presented at once, and the key when the task has ended', async () => {
    const { task, end } = begin();
    await vi.waitFor(() => expect(done).toEqual(['begun']));
    const locking = lock.lock();
    await vi.waitFor(() => expect(done).toEqual(['begun', 'forgotten', 'dropped']));
    end();
    await Promise.all([task, locking]);
    expect(done).toEqual(['begun', 'forgotten', 'dropped', 'ended', 'locked', 'dropped']);
  });
});

test('no task begins while the lock changes', async () => {
  const off = lock.turnOff(SECRET);
  const task = lock.port.open(AGENT, async () => void done.push('begun'));
  await Promise.all([off, task]);
  expect(done).toEqual(['turned off', 'begun']);
});

test('changes come one after another, as they were asked for', async () => {
  await lock.lock();
  done.length = 0;
  await Promise.all([lock.unlock(SECRET), lock.lock()]);
  expect(done).toEqual(['unlocked', 'forgotten', 'dropped', 'locked', 'dropped']);
  expect(await lock.isLocked()).toBe(true);
});

test('it is not turned on a second time: the passkey that there is stays the one', async () => {
  await lock.turnOn(PASSKEY);
  expect(done).toEqual([]);
});

test('given up, it drops what was opened before the sessions end', async () => {
  await lock.giveUp(async () => void done.push('sessions ended'));
  expect(done).toEqual(['given up', 'dropped', 'sessions ended']);
});
