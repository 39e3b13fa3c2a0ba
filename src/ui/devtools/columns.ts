import { signal } from '@preact/signals';

/** The columns, and how wide they are at first, in CSS pixels. The last takes what is left. */
export const COLUMNS = [
  { name: 'columnTime', width: 76 },
  { name: 'columnRequest', width: 210 },
  { name: 'columnStatus', width: 140 },
  { name: 'columnDuration', width: 170 },
  { name: 'columnSession', width: 150 },
  { name: 'columnProof', width: 160 },
  { name: 'columnResource', width: 200 },
] as const;

export type Column = (typeof COLUMNS)[number]['name'];

const NARROWEST = 48;
const WIDEST = 900;

export const widths = signal<readonly number[]>(COLUMNS.map(({ width }) => width));

/** Makes a column wider by so many pixels, or narrower. */
export function resize(index: number, by: number): void {
  widths.value = widths.value.map((width, at) =>
    at === index ? Math.min(WIDEST, Math.max(NARROWEST, Math.round(width + by))) : width,
  );
}

/** The widths for `grid-template-columns`. */
export const template = (list: readonly number[]): string =>
  list.map((width, index) => (index === list.length - 1 ? `minmax(${width}px, 1fr)` : `${width}px`)).join(' ');
