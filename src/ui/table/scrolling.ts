import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { type Range, rangeAt } from './window.ts';

type Box = RefObject<HTMLElement | null>;

/** The rows that are drawn. @param rowHeight in CSS pixels */
export function useRange(box: Box, count: number, rowHeight: number): Signal<Range> {
  const range = useSignal<Range>(rangeAt(0, 1_000, rowHeight, count));
  const measure = (): void => {
    const { scrollTop = 0, clientHeight = 0 } = box.current ?? {};
    const next = rangeAt(scrollTop, clientHeight, rowHeight, count);
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
  }, [count, rowHeight]);
  return range;
}

/** A row that becomes the current one is scrolled to, when it is out of sight. */
export function useInSight(box: Box, current: number, key: string | number | undefined, rowHeight: number): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || key === undefined) return;
    const top = current * rowHeight;
    const { scrollTop, clientHeight } = element;
    if (top < scrollTop || top > scrollTop + clientHeight - 2 * rowHeight) element.scrollTop = top - clientHeight / 2;
  }, [key]);
}

/** Keeps what is read in its place when items are added above it. */
export function useStill<Item>(box: Box, items: readonly Item[], growsAtTop: boolean, rowHeight: number): void {
  const top = useRef<Item | undefined>(items[0]);
  useEffect(() => {
    const element = box.current;
    const added = growsAtTop && top.current !== undefined ? items.indexOf(top.current) : 0;
    if (element && added > 0 && element.scrollTop > 0) element.scrollTop += added * rowHeight;
    top.current = items[0];
  }, [items]);
}

/** Keeps the newest item in sight, at the end, unless the person has scrolled away from it or is at a row. */
export function useEnd(box: Box, count: number, growsAtEnd: boolean, rowHeight: number): void {
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !growsAtEnd) return;
    const heard = (): void => {
      isAtEnd.current = element.scrollTop + element.clientHeight > element.scrollHeight - rowHeight;
    };
    element.addEventListener('scroll', heard, { passive: true });
    return () => element.removeEventListener('scroll', heard);
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    const isAtRow = element !== document.activeElement && element?.contains(document.activeElement);
    if (element && growsAtEnd && isAtEnd.current && !isAtRow) element.scrollTop = element.scrollHeight;
  }, [count]);
}
