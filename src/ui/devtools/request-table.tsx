import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { InspectedRequest } from '../../messages/inspection.ts';
import { WindowedTable } from '../table/windowed-table.tsx';
import { say } from '../words.ts';
import { columnsFor, fitting, resize, widths } from './columns.tsx';
import { kindOf } from './kind.ts';
import { requests, selected, shown } from './requests.ts';
import { timingOf, total } from './timing.ts';

/** The requests, the newest last, with as many columns as there is room for. */
export function RequestTable() {
  const box = useRef<HTMLDivElement>(null);
  const room = useWidth(box);
  const list = shown.value;
  const longest = Math.max(1, ...list.map(durationOf));
  const columns = fitting(columnsFor(requests.value[0]?.at ?? 0, longest), room.value);
  return (
    <div ref={box} class="panel-list">
      <WindowedTable
        label={say('panelName')}
        look="requests"
        columns={columns}
        items={list}
        keyOf={({ id }) => id}
        rowHeight={24}
        rowLook={(request) => `kind-${kindOf(request)}`}
        resizing={{
          widths: columns.map(({ id }) => widths.value[id]),
          onResize: (index, by) => {
            const column = columns[index];
            if (column) resize(column.id, by);
          },
        }}
        isCurrent={({ id }) => id === selected.value}
        onReach={({ id }) => {
          selected.value = id;
        }}
        onEscape={() => {
          selected.value = undefined;
        }}
        grows="atEnd"
      />
    </div>
  );
}

/** How wide it is, in CSS pixels. */
function useWidth(box: RefObject<HTMLElement | null>): Signal<number> {
  const width = useSignal(innerWidth);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const resized = new ResizeObserver(() => {
      width.value = element.clientWidth;
    });
    resized.observe(element);
    return () => resized.disconnect();
  }, []);
  return width;
}

function durationOf(request: InspectedRequest): number {
  const timing = timingOf(request);
  return timing ? total(timing) : 0;
}
