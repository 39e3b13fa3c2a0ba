import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';

export interface MenuItem {
  readonly label: string;
  readonly look?: 'danger';
  /** Where it leads, in a tab of its own. */
  readonly href?: string;
  readonly onChoose?: () => void;
}

/** Which item has the focus when the menu opens. */
const [FIRST, LAST] = [0, -1];

interface Props {
  /** The button's name. */
  readonly label: string;
  /** What the button shows. */
  readonly children: ComponentChildren;
  readonly look?: string;
  readonly items: () => readonly MenuItem[];
}

/** A button with a menu (ARIA menu button): arrows, Home, End and first letters move; Escape gives the focus back. */
export function Menu({ label, children, look = '', items }: Props) {
  const id = useId();
  const isOpen = useSignal(false);
  const enters = useRef<number>(FIRST);
  const list = useRef<HTMLDivElement>(null);
  return (
    <>
      <button
        type="button"
        class={`menu-button ${look}`}
        popovertarget={id}
        aria-haspopup="menu"
        aria-expanded={isOpen.value}
        aria-label={label}
        style={`anchor-name:--${id}`}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          enters.current = event.key === 'ArrowUp' ? LAST : FIRST;
          list.current?.showPopover();
        }}
      >
        {children}
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        class="menu"
        style={`position-anchor:--${id}`}
        onKeyDown={(event) => move(event)}
        onBeforeToggle={({ newState }) => {
          if (newState === 'open') isOpen.value = true;
        }}
        // Afterwards: what is not shown yet takes no focus, and an item that goes too early takes the focus with it.
        onToggle={({ newState, currentTarget }) => {
          if (newState === 'open') itemsIn(currentTarget).at(enters.current)?.focus();
          else isOpen.value = false;
          enters.current = FIRST;
        }}
      >
        {isOpen.value && <Items items={items()} close={() => list.current?.hidePopover()} />}
      </div>
    </>
  );
}

interface ItemsProps {
  readonly items: readonly MenuItem[];
  readonly close: () => void;
}

function Items({ items, close }: ItemsProps) {
  return items.map(({ label, look, href, onChoose }) => {
    const choose = (): void => {
      close();
      onChoose?.();
    };
    const common = { role: 'menuitem', tabIndex: -1, class: look, onClick: choose } as const;
    return href ? (
      <a key={label} {...common} href={href} target="_blank" rel="noreferrer">
        {label}
      </a>
    ) : (
      <button key={label} {...common} type="button">
        {label}
      </button>
    );
  });
}

const itemsIn = (menu: HTMLElement): HTMLElement[] => [...menu.querySelectorAll<HTMLElement>('[role="menuitem"]')];

function move(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const items = itemsIn(event.currentTarget);
  const now = items.indexOf(document.activeElement as HTMLElement);
  const next = nextOf(event, items, now);
  if (event.key === 'Tab') event.currentTarget.hidePopover();
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function nextOf({ key }: KeyboardEvent, items: readonly HTMLElement[], now: number): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown':
      return items[(now + 1) % items.length];
    case 'ArrowUp':
      return items.at(now - 1);
    case 'Home':
      return items[0];
    case 'End':
      return items.at(-1);
    default:
      return key.length === 1 && key !== ' '
        ? [...items.slice(now + 1), ...items].find(({ textContent }) =>
            textContent?.toLowerCase().startsWith(key.toLowerCase()),
          )
        : undefined;
  }
}
