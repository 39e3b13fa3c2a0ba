import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface Rows {
  readonly count: number;
  /** The index of the row that is open; -1 when none is. */
  readonly current: number;
  /** In CSS pixels. */
  readonly rowHeight: number;
  readonly onEscape: (() => void) | undefined;
}

/** One row can be reached by Tab, at what opens it; from there, the arrow keys lead to the others. */
export function useRowKeys(box: RefObject<HTMLElement | null>, { count, current, rowHeight, onEscape }: Rows) {
  const reached = useRef(0);
  const known = useRef(-1);
  if (current >= 0 && current !== known.current) reached.current = current;
  known.current = current;

  function openers(): HTMLElement[] {
    const rows = box.current?.querySelectorAll<HTMLElement>('tr[data-index]') ?? [];
    return [...rows].flatMap((row) => openerOf(row) ?? []);
  }

  useLayoutEffect(() => {
    const all = openers();
    const one = all.find((opener) => indexOf(opener) === reached.current) ?? all[0];
    for (const opener of all) opener.tabIndex = opener === one ? 0 : -1;
  });

  function focus(index: number, step: 1 | -1): void {
    const element = box.current;
    if (!element || index < 0 || index >= count) return;
    const top = index * rowHeight;
    const room = element.clientHeight - 2 * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top > element.scrollTop + room) element.scrollTop = top - room;
    // The row is drawn after the scrolling has been heard of.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const opener = openers().find((one) => indexOf(one) === index);
        if (opener) opener.focus({ preventScroll: true });
        else if (index + step >= 0 && index + step < count) focus(index + step, step);
      }),
    );
  }

  function onKeyDown(event: KeyboardEvent): void {
    const from = event.target instanceof HTMLElement ? indexOf(event.target) : undefined;
    if (from === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape') onEscape?.();
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? rowHeight) / rowHeight) - 2);
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
    for (const opener of openers()) opener.tabIndex = indexOf(opener) === index ? 0 : -1;
  };
  return { onKeyDown, follow };
}

/** What a row is opened by. */
export const openerOf = (row: HTMLElement): HTMLElement | null => row.querySelector<HTMLElement>('a, button');

function indexOf(element: HTMLElement): number | undefined {
  const index = element.closest<HTMLElement>('tr')?.dataset.index;
  return index === undefined ? undefined : Number(index);
}
