/** The longest nonce that is kept, in characters: the header that repeats it has to fit into a server's limits. */
export const LONGEST_NONCE = 1024;

const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** The nonce of a `DPoP-Nonce` field value; undefined when it is none by the syntax of RFC 9449 §8.1. */
export function readNonce(field: string | null | undefined): string | undefined {
  return field && field.length <= LONGEST_NONCE && NONCE.test(field) ? field : undefined;
}
