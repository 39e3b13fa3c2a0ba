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

/** The longest sentence of a server that is shown, in characters. */
const LONGEST_SENTENCE = 300;

/** A server's `error_description`, as far as it may be shown. @param secrets what must not be repeated */
export function quotable(description: string, secrets: readonly string[]): string {
  const concealed = secrets.reduce((done, secret) => done.replaceAll(secret, '…'), description);
  return concealed.replace(/\p{Cc}+/gu, ' ').slice(0, LONGEST_SENTENCE);
}
