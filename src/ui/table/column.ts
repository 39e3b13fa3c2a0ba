import type { ComponentChildren } from 'preact';
import type { TermName } from '../glossary.ts';

export interface TableColumn<Item, Id extends string = string> {
  readonly id: Id;
  readonly name: ComponentChildren;
  /** What its name means, where that is a word of the glossary. */
  readonly term?: TermName;
  readonly isNumber?: boolean;
  /** Sorted by it, the greatest comes first. */
  readonly startsDescending?: boolean;
  /** The name of what makes it wider, where its width can be changed. */
  readonly widthLabel?: string;
  readonly cell: (item: Item) => ComponentChildren;
}

/** How a table is sorted. */
export interface Sorting<Id extends string> {
  readonly by: Id | undefined;
  readonly isDescending: boolean;
  readonly onSort: (by: Id, isDescending: boolean) => void;
}

/** Columns whose widths a person can change. */
export interface Resizing {
  /** In CSS pixels; the last column takes what is left. */
  readonly widths: readonly number[];
  readonly onResize: (index: number, by: number) => void;
}

export const classOf = (id: string, isNumber = false): string => `column-${id}${isNumber ? ' number' : ''}`;
