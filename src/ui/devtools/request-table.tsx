import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { InspectedRequest } from '../../messages/inspection.ts';
import { say } from '../words.ts';
import { COLUMNS, resize, template, widths } from './columns.ts';
import { RequestRow } from './request-row.tsx';
import { move, requests, selected, shown } from './requests.ts';
import { timingOf, total } from './timing.ts';

/** The height of a row, in CSS pixels, and how many more are drawn above and below what is seen. */
const ROW = 24;
const MARGIN = 10;

/** The requests, the newest last. Rows that are out of sight are not drawn, so that thousands cost what a screenful costs. */
export function RequestTable() {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  const follows = useRef(true);
  const list = shown.value;

  useEffect(() => {
    const { current } = box;
    if (!current) return;
    const observer = new ResizeObserver(() => {
      height.value = current.clientHeight;
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  // The newest request stays in sight, unless the person has scrolled away from it.
  useLayoutEffect(() => {
    if (follows.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [list.length]);
  useLayoutEffect(() => showSelected(box.current, list), [selected.value]);

  const first = Math.max(0, Math.floor(top.value / ROW) - MARGIN);
  const last = Math.min(list.length, Math.ceil((top.value + height.value) / ROW) + MARGIN);
  const longest = Math.max(1, ...list.slice(first, last).map((one) => durationOf(one)));
  const begin = requests.value[0]?.at ?? 0;

  return (
    <div
      class="panel-table"
      ref={box}
      style={`--columns:${template(widths.value)}`}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        top.value = scrollTop;
        follows.current = scrollTop + clientHeight > scrollHeight - ROW;
      }}
    >
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are moved through and opened by keys
        role="grid"
        tabIndex={0}
        aria-label={say('panelName')}
        aria-rowcount={list.length + 1}
        aria-activedescendant={selected.value && `request-${selected.value}`}
        onKeyDown={onKey}
      >
        <thead>
          <tr aria-rowindex={1}>
            {COLUMNS.map(({ name }, index) => (
              <th key={name} scope="col">
                {say(name)}
                {index < COLUMNS.length - 1 && <Handle index={index} label={say('panelResize', say(name))} />}
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={`height:${list.length * ROW}px`}>
          {list.slice(first, last).map((request, index) => (
            <RequestRow
              key={request.id}
              request={request}
              index={first + index}
              top={(first + index) * ROW}
              begin={begin}
              longest={longest}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const PAGE = 12;
const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE,
  PageUp: -PAGE,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

function onKey(event: KeyboardEvent): void {
  if (event.target !== event.currentTarget) return;
  const step = STEPS[event.key];
  if (event.key === 'Escape') selected.value = undefined;
  else if (step !== undefined) move(step);
  else return;
  event.preventDefault();
}

function showSelected(box: HTMLDivElement | null, list: readonly InspectedRequest[]): void {
  const at = list.findIndex(({ id }) => id === selected.value);
  if (!box || at < 0) return;
  const head = ROW;
  if (at * ROW < box.scrollTop) box.scrollTop = at * ROW;
  else if ((at + 1) * ROW + head > box.scrollTop + box.clientHeight) {
    box.scrollTop = (at + 1) * ROW + head - box.clientHeight;
  }
}

function durationOf(request: InspectedRequest): number {
  const timing = timingOf(request);
  return timing ? total(timing) : 0;
}

/** Makes a column wider or narrower, by dragging and by the arrow keys. */
function Handle({ index, label }: { readonly index: number; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be focused and moved
    <div
      class="panel-handle"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={widths.value[index]}
      onPointerDown={({ currentTarget, pointerId }) => currentTarget.setPointerCapture(pointerId)}
      onPointerMove={({ currentTarget, pointerId, movementX }) => {
        if (currentTarget.hasPointerCapture(pointerId)) resize(index, movementX);
      }}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowRight' ? 8 : event.key === 'ArrowLeft' ? -8 : 0;
        if (by === 0) return;
        event.preventDefault();
        resize(index, by);
      }}
    />
  );
}
