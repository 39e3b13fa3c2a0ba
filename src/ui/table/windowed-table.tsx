import { useSignal } from '@preact/signals';
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { TermName } from '../glossary.ts';
import { Icon } from '../icons.tsx';
import { WhatIsThis } from '../labels/term.tsx';
import './table.css';
import { type Range, rangeAt } from './window.ts';

/** The height of a row, in CSS pixels: table.css has the same. */
const ROW = 36;

export interface TableColumn<Item, Id extends string = string> {
  readonly id: Id;
  readonly name: ComponentChildren;
  /** What its name means, where that is a word of the glossary. */
  readonly term?: TermName;
  readonly isNumber?: boolean;
  /** Sorted by it, the greatest comes first. */
  readonly startsDescending?: boolean;
  readonly cell: (item: Item) => ComponentChildren;
}

interface Props<Item, Id extends string> {
  readonly label: string;
  /** Which table it is, for its columns' widths. */
  readonly look: string;
  readonly columns: readonly TableColumn<Item, Id>[];
  readonly items: readonly Item[];
  readonly keyOf: (item: Item, index: number) => string | number;
  /** How the table is sorted, where its columns can be. */
  readonly sorting?: {
    readonly by: Id | undefined;
    readonly isDescending: boolean;
    readonly onSort: (by: Id, isDescending: boolean) => void;
  };
  readonly isCurrent?: (item: Item) => boolean;
  /** New items come at the top: what the person reads stays where it is. */
  readonly growsAtTop?: boolean;
}

/**
 * A table of any length: only the rows in sight are drawn. Each row may have one link, and is opened by it; the arrow keys
 * go from link to link.
 */
export function WindowedTable<Item, Id extends string>(props: Props<Item, Id>) {
  const { label, look, columns, items, keyOf, sorting, isCurrent, growsAtTop = false } = props;
  const box = useRef<HTMLDivElement>(null);
  const range = useRange(box, items.length);
  const current = items.findIndex((item) => isCurrent?.(item));
  const keys = useRowKeys(box, items.length, current);
  useInSight(box, current, items[current] && keyOf(items[current], current));
  usePlace(box, items, growsAtTop);
  const { first, end } = range.value;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a table without links could not be scrolled by keys
    <section ref={box} class="windowed" aria-label={label} tabIndex={0} onKeyDown={keys.onKeyDown}>
      <table class={look} aria-label={label} aria-rowcount={items.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Heading key={column.id} column={column} sorting={sorting} />
            ))}
          </tr>
        </thead>
        <Gap rows={first} />
        <tbody>
          {items.slice(first, end).map((item, offset) => {
            const index = first + offset;
            return (
              <tr
                key={keyOf(item, index)}
                aria-rowindex={index + 2}
                data-index={index}
                class={isCurrent?.(item) ? 'current' : undefined}
                onClick={({ target, currentTarget }) => {
                  if (target instanceof Element && !target.closest('a, button'))
                    currentTarget.querySelector('a')?.click();
                }}
                onFocusIn={() => keys.follow(index)}
              >
                {columns.map(({ id, cell, isNumber }) => (
                  <td key={id} class={classOf(id, isNumber)}>
                    {cell(item)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
        <Gap rows={items.length - end} />
      </table>
    </section>
  );
}

function Heading<Item, Id extends string>({
  column: { id, name, term, isNumber, startsDescending = false },
  sorting,
}: {
  readonly column: TableColumn<Item, Id>;
  readonly sorting: Props<Item, Id>['sorting'];
}) {
  const isSorted = sorting?.by === id;
  const isDescending = isSorted && sorting.isDescending;
  const direction = isDescending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={classOf(id, isNumber)} aria-sort={sorting && (isSorted ? direction : 'none')}>
      <span class="heading">
        {sorting ? (
          <button
            type="button"
            class="sort"
            onClick={() => sorting.onSort(id, isSorted ? !isDescending : startsDescending)}
          >
            {name}
            {isSorted && <Icon name={direction} />}
          </button>
        ) : (
          name
        )}
        {term && <WhatIsThis name={term} />}
      </span>
    </th>
  );
}

/** The rows that are not drawn, as room for them. */
function Gap({ rows }: { readonly rows: number }) {
  if (rows <= 0) return null;
  return (
    <tbody aria-hidden="true">
      <tr style={`height:${rows * ROW}px`}>
        <td />
      </tr>
    </tbody>
  );
}

const classOf = (id: string, isNumber = false): string => `column-${id}${isNumber ? ' number' : ''}`;

function useRange(box: RefObject<HTMLElement | null>, count: number) {
  const range = useSignal<Range>(rangeAt(0, 1_000, ROW, count));
  const measure = (): void => {
    const { scrollTop = 0, clientHeight = 0 } = box.current ?? {};
    const next = rangeAt(scrollTop, clientHeight, ROW, count);
    const { first, end } = range.peek();
    if (next.first !== first || next.end !== end) range.value = next;
  };
  useLayoutEffect(() => {
    const element = box.current;
    measure();
    if (!element) return;
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [count]);
  return range;
}

/** One link of the table can be reached by Tab; from there, the arrow keys lead to the others. */
function useRowKeys(box: RefObject<HTMLElement | null>, count: number, current: number) {
  const reached = useRef(0);
  const known = useRef(-1);
  if (current >= 0 && current !== known.current) reached.current = current;
  known.current = current;
  const links = (): HTMLAnchorElement[] => [...(box.current?.querySelectorAll<HTMLAnchorElement>('tbody a') ?? [])];

  useLayoutEffect(() => {
    const all = links();
    const one = all.find((link) => indexOf(link) === reached.current) ?? all[0];
    for (const link of all) link.tabIndex = link === one ? 0 : -1;
  });

  function focus(index: number, step: 1 | -1): void {
    const element = box.current;
    if (!element || index < 0 || index >= count) return;
    const top = index * ROW;
    const room = element.clientHeight - 2 * ROW;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top > element.scrollTop + room) element.scrollTop = top - room;
    // The row is drawn after the scrolling has been heard of.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const link = links().find((one) => indexOf(one) === index);
        if (link) link.focus({ preventScroll: true });
        else if (index + step >= 0 && index + step < count) focus(index + step, step);
      }),
    );
  }

  function onKeyDown(event: KeyboardEvent): void {
    const from = event.target instanceof HTMLAnchorElement ? indexOf(event.target) : undefined;
    if (from === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? ROW) / ROW) - 2);
    const steps: Record<string, readonly [to: number, step: 1 | -1]> = {
      ArrowDown: [from + 1, 1],
      ArrowUp: [from - 1, -1],
      PageDown: [Math.min(count - 1, from + page), 1],
      PageUp: [Math.max(0, from - page), -1],
      Home: [0, 1],
      End: [count - 1, -1],
    };
    const wanted = steps[event.key];
    if (!wanted) return;
    event.preventDefault();
    focus(...wanted);
  }

  const follow = (index: number): void => {
    reached.current = index;
    const all = links();
    for (const link of all) link.tabIndex = indexOf(link) === index ? 0 : -1;
  };
  return { onKeyDown, follow };
}

function indexOf(link: HTMLElement): number | undefined {
  const index = link.closest<HTMLElement>('tr')?.dataset.index;
  return index === undefined ? undefined : Number(index);
}

/** A row that becomes the current one is scrolled to, when it is out of sight. */
function useInSight(box: RefObject<HTMLElement | null>, current: number, key: string | number | undefined): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || key === undefined) return;
    const top = current * ROW;
    const { scrollTop, clientHeight } = element;
    if (top < scrollTop || top > scrollTop + clientHeight - 2 * ROW) element.scrollTop = top - clientHeight / 2;
  }, [key]);
}

/** Keeps what is read in its place when items are added above it. */
function usePlace<Item>(box: RefObject<HTMLElement | null>, items: readonly Item[], growsAtTop: boolean): void {
  const top = useRef<Item | undefined>(items[0]);
  useEffect(() => {
    const element = box.current;
    const added = growsAtTop && top.current !== undefined ? items.indexOf(top.current) : 0;
    if (element && added > 0 && element.scrollTop > 0) element.scrollTop += added * ROW;
    top.current = items[0];
  }, [items]);
}
