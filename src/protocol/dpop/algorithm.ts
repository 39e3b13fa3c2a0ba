/** The signature algorithms that Holdfast can make proofs with, in its order of preference (RFC 7518 §3.1, RFC 9864 §2.2). */
export const ALGORITHMS = ['ES256', 'Ed25519', 'EdDSA', 'ES384', 'ES512', 'PS256', 'RS256'] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

/**
 * The first algorithm of ours that every one of the given servers' lists names.
 *
 * `supported` is `dpop_signing_alg_values_supported` of the authorization server (RFC 9449 §5.1) and, where known, of the
 * protected resource (RFC 9728 §2). Returns undefined when they share none with us.
 */
export function chooseAlgorithm(...supported: readonly (readonly string[])[]): Algorithm | undefined {
  return ALGORITHMS.find((algorithm) => supported.every((list) => list.includes(algorithm)));
}
