import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { classOf, type Resizing, type Sorting, type TableColumn } from './column.ts';
import { Heading } from './heading.tsx';
import { openerOf, useRowKeys } from './row-keys.ts';
import { useEnd, useInSight, useRange, useStill } from './scrolling.ts';
import './table.css';

interface Props<Item, Id extends string> {
  readonly label: string;
  /** Which table it is, for its looks. */
  readonly look: string;
  readonly columns: readonly TableColumn<Item, Id>[];
  readonly items: readonly Item[];
  readonly keyOf: (item: Item, index: number) => string | number;
  /** In CSS pixels. */
  readonly rowHeight?: number;
  readonly rowLook?: (item: Item) => string;
  readonly sorting?: Sorting<Id>;
  readonly resizing?: Resizing;
  readonly isCurrent?: (item: Item) => boolean;
  /** A row has got the focus. */
  readonly onReach?: (item: Item) => void;
  readonly onEscape?: () => void;
  /** Where new items come. At the top, what the person reads stays where it is; at the end, the newest stays in sight. */
  readonly grows?: 'atTop' | 'atEnd';
}

/**
 * A table of any length: only the rows in sight are drawn. Each row may have one link or button, and is opened by it; the
 * arrow keys go from one to the next.
 */
export function WindowedTable<Item, Id extends string>(props: Props<Item, Id>): JSX.Element {
  const { label, look, columns, items, keyOf, rowHeight = 36, rowLook, sorting, resizing, isCurrent, grows } = props;
  const box = useRef<HTMLDivElement>(null);
  const range = useRange(box, items.length, rowHeight);
  const current = items.findIndex((item) => isCurrent?.(item));
  const keys = useRowKeys(box, { count: items.length, current, rowHeight, onEscape: props.onEscape });
  useInSight(box, current, items[current] && keyOf(items[current], current), rowHeight);
  useStill(box, items, grows === 'atTop', rowHeight);
  useEnd(box, items.length, grows === 'atEnd', rowHeight);
  const { first, end } = range.value;
  const width = resizing?.widths.reduce((sum, one) => sum + one, 0);
  return (
    <section
      ref={box}
      class="windowed"
      aria-label={label}
      style={`--row:${rowHeight}px`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a table without links could not be scrolled by keys
      tabIndex={0}
      onKeyDown={keys.onKeyDown}
    >
      <table
        class={look}
        aria-label={label}
        aria-rowcount={items.length + 1}
        style={width === undefined ? undefined : `min-width:${width}px`}
      >
        {resizing && (
          <colgroup>
            {resizing.widths.map((one, index) => (
              <col key={columns[index]?.id} style={index < columns.length - 1 ? `width:${one}px` : undefined} />
            ))}
          </colgroup>
        )}
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column, index) => (
              <Heading
                key={column.id}
                column={column}
                sorting={sorting}
                width={resizing?.widths[index]}
                onResize={resizing && index < columns.length - 1 ? (by) => resizing.onResize(index, by) : undefined}
              />
            ))}
          </tr>
        </thead>
        <Gap rows={first} rowHeight={rowHeight} />
        <tbody>
          {items.slice(first, end).map((item, offset) => {
            const index = first + offset;
            const isOpen = index === current;
            return (
              <tr
                key={keyOf(item, index)}
                aria-rowindex={index + 2}
                aria-current={isOpen ? 'true' : undefined}
                data-index={index}
                class={[rowLook?.(item), isOpen && 'current'].filter(Boolean).join(' ') || undefined}
                onClick={({ target, currentTarget }) => {
                  const opener = openerOf(currentTarget);
                  if (!opener || (target instanceof Element && target.closest('a, button'))) return;
                  opener.focus({ preventScroll: true });
                  opener.click();
                }}
                onFocusIn={() => {
                  keys.follow(index);
                  props.onReach?.(item);
                }}
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
        <Gap rows={items.length - end} rowHeight={rowHeight} />
      </table>
    </section>
  );
}

/** The rows that are not drawn, as room for them. */
function Gap({ rows, rowHeight }: { readonly rows: number; readonly rowHeight: number }) {
  if (rows <= 0) return null;
  return (
    <tbody aria-hidden="true">
      <tr style={`height:${rows * rowHeight}px`}>
        <td />
      </tr>
    </tbody>
  );
}
