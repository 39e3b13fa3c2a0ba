import { beforeEach, expect, test, vi } from 'vitest';
import { createArea, createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import type { Vault } from '../store/vault.ts';
import { createPasskeyLock } from './passkey-lock.ts';

const fake = vi.hoisted(() => ({ permissions: {}, storage: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const RIGHT = 'r'.repeat(43);
const WRONG = 'w'.repeat(43);

const remove = vi.fn(async () => true);
beforeEach(() => {
  remove.mockClear();
  Object.assign(fake, {
    permissions: { onAdded: createEvent(), remove },
    storage: { local: createArea() },
  });
});

/** A vault that one passkey opens; what else is asked of it is done. */
function createCommands(vault: Partial<Vault> = {}) {
  const opens = async ([first]: Uint8Array<ArrayBuffer>) => first === Buffer.from(RIGHT, 'base64url')[0];
  return createPasskeyLock({
    vault: { isOpen: async () => false, unlock: opens, turnOff: opens, ...vault } as Vault,
    changes: createChanges(),
  }).commands;
}

test.for(['unlock', 'turnLockOff'] as const)('%s: a passkey that is not the right one is told apart', async (kind) => {
  const commands = createCommands();
  const act = (secret: string) =>
    kind === 'unlock' ? commands.unlock({ kind, secret }) : commands.turnLockOff({ kind, secret });
  expect(await act(WRONG)).toEqual({ ok: false, code: 'wrong_passkey' });
  expect(remove).not.toHaveBeenCalled();
  expect(await act(RIGHT)).toEqual({ ok: true });
  expect(remove).toHaveBeenCalledTimes(kind === 'turnLockOff' ? 1 : 0);
});

test('what storage does not do is not answered as a wrong passkey', async () => {
  const broken = new DOMException('broken', 'UnknownError');
  const commands = createCommands({ unlock: () => Promise.reject(broken) });
  await expect(commands.unlock({ kind: 'unlock', secret: RIGHT })).rejects.toBe(broken);
});
