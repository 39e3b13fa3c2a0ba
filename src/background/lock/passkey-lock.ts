import { decode, encode } from 'jose/base64url';
import browser from 'webextension-polyfill';
import type { LockRequest } from '../../messages/lock-request.ts';
import type { FailureCode, Result } from '../../messages/ui.ts';
import { type Commands, DONE } from '../../messages/ui-request.ts';
import type { LockView } from '../../model/lock.ts';
import type { Changes } from '../changes.ts';
import type { Vault } from '../store/vault.ts';
import { createIdleLock } from './idle.ts';
import { createLock } from './lock.ts';
import { createQuestion } from './question.ts';

interface Parts {
  readonly vault: Vault;
  readonly changes: Changes;
}

/** Nothing has changed. */
const not = (code: FailureCode): Result => ({ ok: false, code });

/** The passkey lock, as the rest of the background knows it. */
export function createPasskeyLock({ vault, changes }: Parts) {
  const tell = (): void => changes.tell('lock');
  const question = createQuestion(() => changes.tell('vaultWanted'), tell);
  const lock = createLock({ vault, question, drop: () => changes.carryOut('locking'), changed: tell });
  const idle = createIdleLock(lock.lock, changes.failed);
  changes.on('arrived', question.arrived);

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

  /**
   * What keeps the person from loosening anything; undefined where nothing does. Who finds Holdfast locked, or open, must
   * not be able to make it soft for the day when its owner unlocks it.
   *
   * @param secret what the passkey gave for this, base64url
   */
  async function hindrance(secret: string | undefined): Promise<Result | undefined> {
    if (!(await vault.wrapped())) return undefined;
    if (await lock.isLocked()) return not('locked');
    if (secret === undefined) return not('passkey_needed');
    return (await vault.isOpenedBy(bytes(secret))) ? undefined : not('wrong_passkey');
  }

  /** What the person does with the lock. */
  const commands: Commands<LockRequest> = {
    async turnLockOn({ passkey: { credentialId, salt }, secret, idleMinutes }) {
      const passkey = { credentialId: bytes(credentialId), salt: bytes(salt), secret: bytes(secret) };
      if (await lock.turnOn(passkey)) await idle.setMinutes(idleMinutes);
      return DONE;
    },
    async turnLockOff({ secret }) {
      if (!(await lock.turnOff(bytes(secret)))) return not('wrong_passkey');
      await leaveIdle();
      return DONE;
    },
    unlock: async ({ secret }) => ((await lock.unlock(bytes(secret))) ? DONE : not('wrong_passkey')),
    async lock() {
      await lock.lock();
      return DONE;
    },
    async lockAfter({ idleMinutes, secret }) {
      const hindered = idleMinutes > (await idle.minutes()) ? await hindrance(secret) : undefined;
      if (hindered) return hindered;
      await idle.setMinutes(idleMinutes);
      tell();
      return DONE;
    },
    async stayLocked({ agent }) {
      question.stayLocked(agent);
      return DONE;
    },
    async giveUp() {
      await lock.giveUp(() => changes.carryOut('givenUp'));
      await leaveIdle();
      return DONE;
    },
  };

  return { port: lock.port, isLocked: lock.isLocked, view, hindrance, commands };
}

export type PasskeyLock = ReturnType<typeof createPasskeyLock>;

/** The permission goes with what it was asked for. */
async function leaveIdle(): Promise<void> {
  await browser.permissions.remove({ permissions: ['idle'] });
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(decode(text));
}
