import { useEffect, useId, useRef } from 'preact/hooks';

/** What is asked before something is done, and its two answers. */
export interface QuestionWords {
  readonly title?: string;
  readonly what: readonly string[];
  readonly action: string;
  readonly keep: string;
}

interface Props extends QuestionWords {
  /** `danger` for what cannot be undone. */
  readonly look?: 'danger' | 'primary';
  readonly onAction: () => void;
  readonly onKeep: () => void;
}

/** Asks before something is done. The answer that leaves all as it is has the focus, and Escape gives it. */
export function Question({ title, what, action, keep, look = 'danger', onAction, onKeep }: Props) {
  const id = useId();
  const safe = useRef<HTMLButtonElement>(null);
  useEffect(() => safe.current?.focus(), []);
  return (
    <div
      class="question"
      role="alertdialog"
      aria-label={title ?? action}
      aria-describedby={id}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onKeep();
      }}
    >
      {title && <h3>{title}</h3>}
      <div id={id}>
        {what.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <div class="actions">
        <button type="button" class={look} onClick={onAction}>
          {action}
        </button>
        <button type="button" ref={safe} onClick={onKeep}>
          {keep}
        </button>
      </div>
    </div>
  );
}
