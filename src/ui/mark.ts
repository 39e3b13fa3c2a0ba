/** The side of the mark's grid, in cells. Its left half is drawn from the key, and mirrored. */
export const SIDE = 4;
const DRAWN = SIDE / 2;
const HUES = 24;

/**
 * A cell is a square, some of its corners rounded: top left, top right, bottom right, bottom left. A radius of 1 makes a
 * quarter of a disc, or a leaf; one of a half a dot.
 */
export interface Shape {
  readonly corners: readonly [boolean, boolean, boolean, boolean];
  readonly radius: number;
}

export interface Cell extends Shape {
  readonly column: number;
  readonly row: number;
  readonly tone: 'strong' | 'soft';
}

export interface MarkDrawing {
  /** In degrees. */
  readonly hue: number;
  readonly cells: readonly Cell[];
}

const SHAPES: readonly Shape[] = [
  shape(0, 0, 0, 0),
  shape(1, 0, 0, 0),
  shape(0, 1, 0, 0),
  shape(0, 0, 1, 0),
  shape(0, 0, 0, 1),
  shape(1, 0, 1, 0),
  shape(0, 1, 0, 1),
  { ...shape(1, 1, 1, 1), radius: 0.5 },
];

/** What the mark of a key looks like. @param thumbprint base64url of SHA-256 (RFC 7638 §3) */
export function markOf(thumbprint: string): MarkDrawing {
  const bytes = bytesOf(thumbprint);
  const byte = (index: number): number => bytes[index % bytes.length] ?? 0;
  const cells: Cell[] = [];
  for (let place = 0; place < SIDE * DRAWN; place += 1) {
    const [column, row] = [place % DRAWN, Math.floor(place / DRAWN)];
    const drawn = byte(place + 1);
    const isRowEmpty = column === DRAWN - 1 && cells.at(-1)?.row !== row;
    const tone = TONES[(drawn >> 3) % TONES.length] ?? (isRowEmpty ? 'soft' : undefined);
    const form = SHAPES[drawn % SHAPES.length];
    if (!tone || !form) continue;
    cells.push({ ...form, column, row, tone }, { ...mirrored(form), column: SIDE - 1 - column, row, tone });
  }
  return { hue: ((byte(0) % HUES) * 360) / HUES, cells };
}

/** One of four is a gap, but no row is empty. */
const TONES = ['strong', 'soft', 'strong', undefined] as const;

/** The outline of the cells of one tone, as an SVG path in units of a cell. */
export function outline({ cells }: MarkDrawing, tone: Cell['tone']): string {
  return cells
    .filter((cell) => cell.tone === tone)
    .map(path)
    .join('');
}

function path({ column: x, row: y, corners, radius }: Cell): string {
  const [topLeft, topRight, bottomRight, bottomLeft] = corners.map((isRound) => (isRound ? radius : 0)) as Radii;
  const arc = (r: number, dx: number, dy: number): string => (r ? `a${r} ${r} 0 0 1 ${dx * r} ${dy * r}` : '');
  return [
    `M${x + topLeft} ${y}H${x + 1 - topRight}`,
    `${arc(topRight, 1, 1)}V${y + 1 - bottomRight}`,
    `${arc(bottomRight, -1, 1)}H${x + bottomLeft}`,
    `${arc(bottomLeft, -1, -1)}V${y + topLeft}`,
    `${arc(topLeft, 1, -1)}z`,
  ].join('');
}

type Radii = [number, number, number, number];

function shape(...corners: [0 | 1, 0 | 1, 0 | 1, 0 | 1]): Shape {
  return { corners: corners.map(Boolean) as [boolean, boolean, boolean, boolean], radius: 1 };
}

function mirrored({ corners: [topLeft, topRight, bottomRight, bottomLeft], radius }: Shape): Shape {
  return { corners: [topRight, topLeft, bottomLeft, bottomRight], radius };
}

/** A text that is no thumbprint has a mark too: a damaged record is shown as it is. */
function bytesOf(thumbprint: string): Uint8Array {
  const isWhole = /^[\w-]{43}$/.test(thumbprint);
  const text = isWhole ? atob(thumbprint.replace(/-/g, '+').replace(/_/g, '/')) : `${thumbprint}.`;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
