import type { Header } from './header.ts';

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

/** Whether a proof that was made by a corrected clock cannot have been refused for its time, as far as the answer tells. */
export const isInTime = (skew: number | undefined, known: number): boolean =>
  skew === undefined || Math.abs(skew - known) < NOTABLE_SKEW;

/**
 * How far the server's clock is ahead of ours, in milliseconds, by an answer that came before any proof was made. Its `Date`
 * counts whole seconds, and the answer took its time: where the clocks may agree they do, and where not, a proof is rather a
 * little old than ahead of the server. An answer out of a cache (`Age`, RFC 9111 §5.1) says nothing.
 *
 * @param asked when the request left, and `answered` when its answer was there, by our clock
 */
export function offsetOf(header: Header, asked: number, answered: number): number | undefined {
  const least = skewOf(header('Date'), answered);
  if (least === undefined || Math.abs(least) > LARGEST_SKEW || Number(header('Age')) > 0) return undefined;
  const most = least + 1_000 + Math.max(0, answered - asked);
  return least <= 0 && most >= 0 ? 0 : least;
}
