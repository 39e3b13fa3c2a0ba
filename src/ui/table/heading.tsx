import { Icon } from '../icons.tsx';
import { WhatIsThis } from '../labels/term.tsx';
import { classOf, type Sorting, type TableColumn } from './column.ts';

interface Props<Item, Id extends string> {
  readonly column: TableColumn<Item, Id>;
  readonly sorting: Sorting<Id> | undefined;
  /** The column's width, in CSS pixels, where it can be changed. */
  readonly width: number | undefined;
  readonly onResize: ((by: number) => void) | undefined;
}

/** The head of a column: its name, what that means, and the ways to sort by it and to make it wider. */
export function Heading<Item, Id extends string>({ column, sorting, width, onResize }: Props<Item, Id>) {
  const { id, name, term, isNumber, startsDescending = false, widthLabel } = column;
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
      {onResize && <Handle label={widthLabel ?? ''} width={width} onResize={onResize} />}
    </th>
  );
}

interface HandleProps {
  readonly label: string;
  readonly width: number | undefined;
  readonly onResize: (by: number) => void;
}

/** Makes a column wider or narrower, by dragging and by the arrow keys. */
function Handle({ label, width, onResize }: HandleProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be focused and moved
    <div
      class="handle"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      onPointerDown={({ currentTarget, pointerId }) => currentTarget.setPointerCapture(pointerId)}
      onPointerMove={({ currentTarget, pointerId, movementX }) => {
        if (currentTarget.hasPointerCapture(pointerId)) onResize(movementX);
      }}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowRight' ? 8 : event.key === 'ArrowLeft' ? -8 : 0;
        if (by === 0) return;
        event.preventDefault();
        onResize(by);
      }}
    />
  );
}
