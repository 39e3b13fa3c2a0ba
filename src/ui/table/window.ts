/** Rows per block. Whole blocks are drawn, so that scrolling draws seldom. */
const BLOCK = 8;
/** Rows drawn above and below those in sight. */
const BEYOND = 8;

/** The rows that are drawn: from the first up to, not with, the end. */
export interface Range {
  readonly first: number;
  readonly end: number;
}

/** Which rows have to be drawn. @param top how far it is scrolled; all lengths in CSS pixels */
export function rangeAt(top: number, height: number, rowHeight: number, count: number): Range {
  const inBlocks = (row: number, round: (blocks: number) => number): number => round(row / BLOCK) * BLOCK;
  const first = inBlocks(Math.max(0, Math.floor(top / rowHeight) - BEYOND), Math.floor);
  const end = inBlocks(Math.ceil((top + height) / rowHeight) + BEYOND, Math.ceil);
  return { first: Math.min(first, inBlocks(count, Math.floor)), end: Math.min(end, count) };
}
