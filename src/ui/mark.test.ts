import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type MarkDrawing, markOf, outline, SIDE } from './mark.ts';

const PIXELS = 20;
const thumbprints = Array.from({ length: 500 }, (_, index) =>
  createHash('sha256').update(`key ${index}`).digest('base64url'),
);

describe('the mark of a key', () => {
  it('is the same for the same key', () => {
    for (const thumbprint of thumbprints) expect(markOf(thumbprint)).toEqual(markOf(thumbprint));
  });

  it('is symmetric', () => {
    for (const thumbprint of thumbprints) {
      for (const line of pixelsOf(markOf(thumbprint))) expect([...line].reverse()).toEqual(line);
    }
  });

  it('is neither empty nor a block: its ground shows, and no row of it is empty', () => {
    for (const thumbprint of thumbprints) {
      const picture = pixelsOf(markOf(thumbprint));
      expect(picture.flat()).toContain(0);
      for (let row = 2; row < PIXELS; row += PIXELS / SIDE) expect(picture[row]?.some(Boolean), thumbprint).toBe(true);
    }
  });

  it('differs from every other at 20 pixels, plainly in its colour or in one of eight pixels', () => {
    const drawings = thumbprints.map((thumbprint) => markOf(thumbprint));
    const pictures = drawings.map((drawing) => pixelsOf(drawing).flat());
    const alike = drawings.flatMap(({ hue }, one) =>
      drawings.slice(0, one).filter((drawing, other) => {
        const apart = Math.abs(hue - drawing.hue);
        const isLikeColour = Math.min(apart, 360 - apart) < 45;
        return isLikeColour && distanceOf(pictures[one] ?? [], pictures[other] ?? []) < 1 / 8;
      }),
    );
    expect(alike).toEqual([]);
  });

  it('is drawn for a text that is no thumbprint, too', () => {
    for (const text of ['', 'a', '-', 'not a thumbprint']) expect(() => outline(markOf(text), 'strong')).not.toThrow();
  });
});

/** Which tone each pixel has, by the geometry of rounded squares and not by the path that is drawn. */
function pixelsOf({ cells }: MarkDrawing): number[][] {
  return Array.from({ length: PIXELS }, (_, row) =>
    Array.from({ length: PIXELS }, (_, column) => {
      const [x, y] = [((column + 0.5) * SIDE) / PIXELS, ((row + 0.5) * SIDE) / PIXELS];
      const hit = cells.find(
        (cell) => Math.floor(x) === cell.column && Math.floor(y) === cell.row && covers(cell, x % 1, y % 1),
      );
      return hit ? (hit.tone === 'strong' ? 2 : 1) : 0;
    }),
  );
}

function covers({ corners, radius }: MarkDrawing['cells'][number], x: number, y: number): boolean {
  const [topLeft, topRight, bottomRight, bottomLeft] = corners;
  const fits = (isRound: boolean | undefined, dx: number, dy: number): boolean =>
    !isRound || dx > radius || dy > radius || Math.hypot(radius - dx, radius - dy) <= radius;
  return (
    fits(topLeft, x, y) && fits(topRight, 1 - x, y) && fits(bottomRight, 1 - x, 1 - y) && fits(bottomLeft, x, 1 - y)
  );
}

const distanceOf = (one: readonly number[], other: readonly number[]): number =>
  one.filter((tone, index) => tone !== other[index]).length / one.length;
