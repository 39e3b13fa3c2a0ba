/** A difference between two clocks, in milliseconds, that may be why a server refuses a proof. */
export const NOTABLE_SKEW = 5_000;

/** How far the server's clock is ahead of ours, in milliseconds, by its `Date` field (RFC 9110 §6.6.1). */
export function skewOf(date: string | null, now: number): number | undefined {
  const server = date ? Date.parse(date) : Number.NaN;
  return Number.isNaN(server) ? undefined : server - now;
}
