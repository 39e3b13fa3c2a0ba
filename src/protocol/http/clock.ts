/** A difference between two clocks, in milliseconds, that may be why a server refuses a proof. */
export const NOTABLE_SKEW = 5_000;

/** The largest difference that is corrected, in milliseconds: a day, and what a slow reply adds to it. */
export const LARGEST_SKEW = 86_400_000 + 60_000;

/** How far the server's clock is ahead of ours, in milliseconds, by its `Date` field (RFC 9110 §6.6.1). */
export function skewOf(date: string | null, now: number): number | undefined {
  const server = date ? Date.parse(date) : Number.NaN;
  return Number.isNaN(server) ? undefined : server - now;
}

/**
 * The offset with which a refused proof is worth making again: the server's clock differs notably from the one that the
 * proof was made by, and not beyond belief.
 */
export function correctionOf(skew: number | undefined, known: number): number | undefined {
  if (skew === undefined || Math.abs(skew) > LARGEST_SKEW || Math.abs(skew - known) < NOTABLE_SKEW) return undefined;
  return skew;
}
