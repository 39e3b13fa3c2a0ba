import { decode, encode } from 'jose/base64url';
import browser from 'webextension-polyfill';
import type { LockRequest } from '../../messages/lock-request.ts';
import type { LockView } from '../../model/lock.ts';
import type { Vault } from '../store/vault.ts';
import { createIdleLock } from './idle.ts';
import { createLock } from './lock.ts';
import { createQuestion } from './question.ts';

interface Parts {
  readonly vault: Vault;
  /** Brings before the person that an agent waits. */
  readonly show: () => Promise<unknown>;
  /** Drops what was opened: tokens in memory, rules that present them. */
  readonly drop: () => Promise<void>;
  /** Ends what was bound: its tokens are gone. */
  readonly giveUp: () => Promise<void>;
  readonly changed: () => Promise<void>;
  /** Is told what went wrong where nobody waits for an answer. */
  readonly failed: (error: unknown) => void;
}

/** The passkey lock, as the rest of the background knows it. */
export function createPasskeyLock({ vault, show, drop, giveUp, changed, failed }: Parts) {
  const tell = (): void => void changed().catch(failed);
  const question = createQuestion(() => void show().catch(failed), tell);
  const lock = createLock({ vault, question, drop, changed: tell });
  const idle = createIdleLock(lock.lock, failed);

  async function view(): Promise<LockView> {
    const wrapped = await vault.wrapped();
    if (!wrapped) return { state: 'off' };
    return {
      state: (await lock.isLocked()) ? 'locked' : 'unlocked',
      passkey: { credentialId: encode(wrapped.credentialId), salt: encode(wrapped.salt) },
      idleMinutes: await idle.minutes(),
      waiting: question.agents(),
    };
  }

  /** What the person does. False when it was not the right passkey: then nothing has changed. */
  async function perform(request: LockRequest): Promise<boolean> {
    switch (request.kind) {
      case 'turnLockOn': {
        const { credentialId, salt } = request.passkey;
        await idle.setMinutes(request.idleMinutes);
        await lock.turnOn({
          credentialId: bytes(credentialId),
          salt: bytes(salt),
          secret: bytes(request.secret),
        });
        return true;
      }
      case 'turnLockOff':
        return (await lock.turnOff(bytes(request.secret))) && leaveIdle();
      case 'unlock':
        return lock.unlock(bytes(request.secret));
      case 'lock':
        await lock.lock();
        return true;
      case 'lockAfter':
        await idle.setMinutes(request.idleMinutes);
        tell();
        return true;
      case 'stayLocked':
        question.stayLocked(request.agent);
        return true;
      case 'giveUp':
        await lock.giveUp(giveUp);
        return leaveIdle();
    }
  }

  return { port: lock.port, isLocked: lock.isLocked, arrived: question.arrived, view, perform };
}

export type PasskeyLock = ReturnType<typeof createPasskeyLock>;

/** The permission goes with what it was asked for. */
async function leaveIdle(): Promise<true> {
  await browser.permissions.remove({ permissions: ['idle'] });
  return true;
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(decode(text));
}
