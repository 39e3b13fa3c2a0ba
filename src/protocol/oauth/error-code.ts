const CODE = /^[a-z]{1,32}(?:_[a-z]{1,32}){0,7}$/;

/**
 * A server's `error`, as far as it may be logged and shown: every registered code has this form, and no token has. What
 * has another form may be anything, a token that the server repeats too.
 *
 * @see RFC 6749 §5.2 and §11.4
 */
export function loggable(error: string | undefined): string | undefined {
  return error === undefined || CODE.test(error) ? error : 'other';
}
