import type { InspectedRequest } from '../../messages/inspection.ts';
import { WindowedTable } from '../table/windowed-table.tsx';
import { say } from '../words.ts';
import { columnsFor, resize, widths } from './columns.tsx';
import { kindOf } from './kind.ts';
import { requests, selected, shown } from './requests.ts';
import { timingOf, total } from './timing.ts';

/** The requests, the newest last. */
export function RequestTable() {
  const list = shown.value;
  const longest = Math.max(1, ...list.map(durationOf));
  return (
    <WindowedTable
      label={say('panelName')}
      look="requests"
      columns={columnsFor(requests.value[0]?.at ?? 0, longest)}
      items={list}
      keyOf={({ id }) => id}
      rowHeight={24}
      rowLook={(request) => `kind-${kindOf(request)}`}
      resizing={{ widths: widths.value, onResize: resize }}
      isCurrent={({ id }) => id === selected.value}
      onReach={({ id }) => {
        selected.value = id;
      }}
      onEscape={() => {
        selected.value = undefined;
      }}
      grows="atEnd"
    />
  );
}

function durationOf(request: InspectedRequest): number {
  const timing = timingOf(request);
  return timing ? total(timing) : 0;
}
