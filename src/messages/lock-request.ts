import * as v from 'valibot';
import { IDLE_MINUTES } from '../model/lock.ts';
import { Origin } from '../model/origin.ts';

const Base64url = v.pipe(v.string(), v.maxLength(2048), v.regex(/^[\w-]+$/));
/** 256 bits, base64url: what the passkey's PRF gave. */
export const Secret = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));
const Idle = v.picklist(IDLE_MINUTES);

/** What a view asks of the lock. */
export const LockRequest = v.variant('kind', [
  v.object({
    kind: v.literal('turnLockOn'),
    passkey: v.object({ credentialId: Base64url, salt: Base64url }),
    secret: Secret,
    idleMinutes: Idle,
  }),
  /** The passkey again: who finds the vault open must not be able to leave it open. */
  v.object({ kind: v.literal('turnLockOff'), secret: Secret }),
  v.object({ kind: v.literal('lock') }),
  v.object({ kind: v.literal('unlock'), secret: Secret }),
  /** A longer time needs the passkey again. */
  v.object({ kind: v.literal('lockAfter'), idleMinutes: Idle, secret: v.optional(Secret) }),
  /** The agent that waits gets the server's refusal now. */
  v.object({ kind: v.literal('stayLocked'), agent: Origin }),
  /** The passkey is lost: the tokens are given up, and the lock is off. */
  v.object({ kind: v.literal('giveUp') }),
]);

export type LockRequest = v.InferOutput<typeof LockRequest>;
