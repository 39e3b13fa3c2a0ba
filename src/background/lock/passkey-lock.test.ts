import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { IdleMinutes } from '../../model/lock.ts';
import { createArea, createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import type { Vault } from '../store/vault.ts';
import type { WrappedKey } from '../store/wrapped-key.ts';
import { createPasskeyLock } from './passkey-lock.ts';

const fake = vi.hoisted(() => ({ permissions: {}, storage: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const RIGHT = 'r'.repeat(43);
const WRONG = 'w'.repeat(43);

const remove = vi.fn(async () => true);
let local: ReturnType<typeof createArea>;
beforeEach(() => {
  remove.mockClear();
  local = createArea();
  Object.assign(fake, {
    permissions: { onAdded: createEvent(), remove },
    storage: { local },
  });
});

/** A vault that one passkey opens; what else is asked of it is done. */
function createWithLock(vault: Partial<Vault> = {}) {
  const opens = async ([first]: Uint8Array<ArrayBuffer>) => first === Buffer.from(RIGHT, 'base64url')[0];
  return createPasskeyLock({
    vault: { isOpen: async () => false, unlock: opens, turnOff: opens, isOpenedBy: opens, ...vault } as Vault,
    changes: createChanges(),
  });
}

const createCommands = (vault: Partial<Vault> = {}) => createWithLock(vault).commands;

const ON = { wrapped: async () => ({}) as WrappedKey };

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

describe('with the lock on', () => {
  const isOpen = async () => true;

  test('nothing is loosened while it is locked, with the passkey neither', async () => {
    const { hindrance } = createWithLock(ON);
    for (const secret of [undefined, WRONG, RIGHT]) expect(await hindrance(secret)).toMatchObject({ code: 'locked' });
  });

  test('something is loosened with what its own passkey gives, and with no other', async () => {
    const { hindrance } = createWithLock({ ...ON, isOpen });
    expect(await hindrance(undefined)).toMatchObject({ code: 'passkey_needed' });
    expect(await hindrance(WRONG)).toMatchObject({ code: 'wrong_passkey' });
    expect(await hindrance(RIGHT)).toBeUndefined();
  });

  test('a longer time until it locks needs the passkey, and a shorter one does not', async () => {
    const { commands } = createWithLock({ ...ON, isOpen });
    const lockAfter = (idleMinutes: IdleMinutes, secret?: string) =>
      commands.lockAfter({ kind: 'lockAfter', idleMinutes, secret });
    expect(await lockAfter(60)).toEqual({ ok: false, code: 'passkey_needed' });
    expect(local.kept.lockAfter).toBeUndefined();
    expect(await lockAfter(5)).toEqual({ ok: true });
    expect(await lockAfter(15, WRONG)).toEqual({ ok: false, code: 'wrong_passkey' });
    expect(local.kept.lockAfter).toBe(5);
    expect(await lockAfter(60, RIGHT)).toEqual({ ok: true });
    expect(local.kept.lockAfter).toBe(60);
  });

  test('to turn it on again gives it no longer time', async () => {
    const { commands } = createWithLock({ ...ON, isOpen });
    const passkey = { credentialId: WRONG, salt: WRONG };
    await commands.turnLockOn({ kind: 'turnLockOn', passkey, secret: WRONG, idleMinutes: 60 });
    expect(local.kept.lockAfter).toBeUndefined();
  });
});

test('with the lock off, nothing is in the way', async () => {
  expect(await createWithLock({ wrapped: async () => undefined }).hindrance(undefined)).toBeUndefined();
});
