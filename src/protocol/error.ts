/** Every way in which Holdfast refuses or fails. The code is stable; the sentence is for a developer's eyes. */
export type ErrorCode =
  | 'algorithm_unsupported'
  | 'breaker_open'
  | 'cors_refused'
  | 'drill_damaged'
  | 'key_lost'
  | 'line_damaged'
  | 'locked'
  | 'message_invalid'
  | 'metadata_invalid'
  | 'metadata_unreachable'
  | 'not_protected'
  | 'outside_resource'
  | 'permission_declined'
  | 'policy_invalid'
  | 'record_damaged'
  | 'reply_invalid'
  | 'reply_too_large'
  | 'reply_truncated'
  | 'server_redirected'
  | 'server_timeout'
  | 'server_unreachable'
  | 'session_damaged'
  | 'session_ended'
  | 'storage_failed'
  | 'storage_full'
  | 'storage_newer'
  | 'too_many_questions'
  | 'unknown_handle';

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

/** The code of any thrown value; what is not ours comes from storage, the only other thing that throws here. */
export function codeOf(error: unknown): ErrorCode {
  if (error instanceof HoldfastError) return error.code;
  return (error as { name?: unknown } | undefined)?.name === 'QuotaExceededError' ? 'storage_full' : 'storage_failed';
}
