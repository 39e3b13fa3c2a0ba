/** Every way in which Holdfast refuses or fails. The code is stable; the sentence is for a developer's eyes. */
export const ERROR_CODES = [
  'breaker_open',
  'cors_refused',
  'drill_damaged',
  'internal',
  'issuer_mismatch',
  'key_lost',
  'line_damaged',
  'locked',
  'message_invalid',
  'metadata_invalid',
  'other_header',
  'outside_resource',
  'permission_declined',
  'policy_invalid',
  'record_damaged',
  'reply_invalid',
  'reply_too_large',
  'reply_truncated',
  'rules_failed',
  'server_redirected',
  'server_timeout',
  'server_unreachable',
  'session_damaged',
  'session_ended',
  'sound_proof_refused',
  'storage_failed',
  'storage_full',
  'storage_newer',
  'too_many_questions',
  'unknown_handle',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error that callers tell apart by its `code`. */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Whether an error is Holdfast's own storage failing, and not what a page or a server did. */
export const isStorageFailure = (error: unknown): boolean => codeOf(error).startsWith('storage_');

/** What IndexedDB throws when the database, and not the program that uses it, is at fault (Indexed Database API 3.0, §3). */
const BROKEN_STORAGE: ReadonlySet<unknown> = new Set([
  'AbortError',
  'InvalidStateError',
  'NotFoundError',
  'NotReadableError',
  'TimeoutError',
  'UnknownError',
  'VersionError',
]);

/** The code of any thrown value. What is neither Holdfast's own nor broken storage is a fault of the program: `internal`. */
export function codeOf(error: unknown): ErrorCode {
  if (error instanceof HoldfastError) return error.code;
  const name = error instanceof DOMException ? error.name : undefined;
  if (name === 'QuotaExceededError') return 'storage_full';
  return BROKEN_STORAGE.has(name) ? 'storage_failed' : 'internal';
}
