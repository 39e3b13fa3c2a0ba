import type { Origin } from '../../model/origin.ts';
import type { Lock } from '../../sessions/ports.ts';
import type { Vault } from '../store/vault.ts';
import type { Passkey } from '../store/wrapped-key.ts';
import { createGate } from './gate.ts';
import type { Question } from './question.ts';

type Secret = Passkey['secret'];

interface Parts {
  readonly vault: Vault;
  readonly question: Pick<Question, 'ask' | 'unlocked'>;
  /** Drops what was opened: tokens in memory, rules that present them. */
  readonly drop: () => Promise<void>;
  /** Is called when the lock was turned on or off, locked or unlocked. */
  readonly changed: () => void;
}

/**
 * The passkey lock. A task that needs tokens runs while the vault is open; one that began may end, so that no server's
 * answer is lost: a rotated refresh token that cannot be sealed would log the person out.
 */
export function createLock({ vault, question, drop, changed }: Parts) {
  const gate = createGate();
  let locked: boolean | undefined;
  let change: Promise<unknown> | undefined;

  /** What an earlier worker left: locked at the browser's start, unlocked if that worker was. */
  async function isLocked(): Promise<boolean> {
    const found = locked ?? !(await vault.isOpen());
    locked ??= found;
    return locked;
  }

  async function open<T>(agent: Origin, task: () => Promise<T>): Promise<T | undefined> {
    await isLocked();
    while (locked || change) {
      if (change) await settled(change);
      else if (!(await question.ask(agent))) return undefined;
    }
    return gate.run(task);
  }

  /** One change after another; no task begins meanwhile. */
  async function alone<T>(task: () => Promise<T>): Promise<T> {
    while (change) await settled(change);
    const run = task();
    change = run;
    try {
      return await run;
    } finally {
      change = undefined;
      changed();
    }
  }

  /** False when it is on already. */
  async function turnOn(passkey: Passkey): Promise<boolean> {
    return alone(async () => {
      await gate.drained();
      if (await vault.wrapped()) return false;
      await vault.turnOn(passkey);
      locked = false;
      return true;
    });
  }

  async function turnOff(secret: Secret): Promise<boolean> {
    return alone(async () => {
      await gate.drained();
      return (await vault.turnOff(secret)) && opened();
    });
  }

  async function unlock(secret: Secret): Promise<boolean> {
    return alone(async () => (await vault.unlock(secret)) && opened());
  }

  /** The tokens are gone with the key; what comes next is sealed under a new one, without a lock. */
  async function giveUp(endSessions: () => Promise<void>): Promise<void> {
    await alone(async () => {
      await gate.drained();
      await vault.giveUp();
      await drop();
      await endSessions();
      opened();
    });
  }

  function opened(): true {
    locked = false;
    question.unlocked();
    return true;
  }

  /** Nothing new begins; what has begun ends, and then the key is gone from memory. */
  async function lock(): Promise<void> {
    const isNew = await alone(async () => {
      if ((await isLocked()) || !(await vault.wrapped())) return false;
      locked = true;
      await vault.forget();
      return true;
    });
    if (!isNew) return;
    try {
      await drop();
    } finally {
      await gate.drained();
      if (locked) vault.lock();
    }
    if (locked) await drop(); // what the last tasks have opened
  }

  return { port: { open } satisfies Lock, isLocked, turnOn, turnOff, unlock, lock, giveUp };
}

async function settled(change: Promise<unknown>): Promise<void> {
  await change.catch(() => undefined); // its caller is told
}
