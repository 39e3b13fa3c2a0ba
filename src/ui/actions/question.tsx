import { useEffect, useRef } from 'preact/hooks';

interface Props {
  readonly title?: string;
  readonly what: string;
  readonly action: string;
  readonly keep: string;
  readonly onAction: () => void;
  readonly onKeep: () => void;
}

/** A question before what cannot be undone. The safe answer has the focus, and Escape gives it. */
export function Question({ title, what, action, keep, onAction, onKeep }: Props) {
  const safe = useRef<HTMLButtonElement>(null);
  useEffect(() => safe.current?.focus(), []);
  return (
    <div
      class="confirm"
      role="alertdialog"
      aria-label={title ?? action}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onKeep();
      }}
    >
      {title && <h3>{title}</h3>}
      <p>{what}</p>
      <div class="actions">
        <button type="button" class="danger" onClick={onAction}>
          {action}
        </button>
        <button type="button" ref={safe} onClick={onKeep}>
          {keep}
        </button>
      </div>
    </div>
  );
}
