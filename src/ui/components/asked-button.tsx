import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { notDone } from '../state.ts';
import { say } from '../words.ts';
import { Confirm } from './confirm.tsx';

interface Props {
  readonly label: string;
  /** The label while the background is at it; the button cannot be pressed then. */
  readonly busy?: string;
  readonly look?: 'danger' | 'link';
  readonly title?: string;
  readonly what: string;
  readonly action: string;
  readonly keep: string;
  readonly onAction: () => void;
}

/** A button for what cannot be undone: it asks first. After the safe answer it has the focus again. */
export function AskedButton({ label, busy, look, onAction, ...question }: Props) {
  const asking = useSignal(false);
  const acting = useSignal(false);
  const kept = useRef(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (kept.current && !asking.value) button.current?.focus();
    kept.current = false;
  }, [asking.value]);

  if (asking.value) {
    return (
      <Confirm
        {...question}
        onKeep={() => {
          kept.current = true;
          asking.value = false;
        }}
        onAction={() => {
          asking.value = false;
          acting.value = busy !== undefined;
          onAction();
        }}
      />
    );
  }
  const failed = acting.value && notDone.value !== undefined;
  const isBusy = acting.value && !failed;
  return (
    <>
      <button
        type="button"
        ref={button}
        class={look}
        disabled={isBusy}
        onClick={() => {
          asking.value = true;
        }}
      >
        {isBusy ? busy : label}
      </button>
      {failed && <p role="alert">{say('notDone')}</p>}
    </>
  );
}
