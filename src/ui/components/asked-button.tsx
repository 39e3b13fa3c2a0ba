import { useSignal } from '@preact/signals';
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

/** A button for what cannot be undone: it asks first. */
export function AskedButton({ label, busy, look, onAction, ...question }: Props) {
  const asking = useSignal(false);
  const acting = useSignal(false);
  if (asking.value) {
    return (
      <Confirm
        {...question}
        onKeep={() => {
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
  return (
    <button
      type="button"
      class={look}
      disabled={acting.value}
      onClick={() => {
        asking.value = true;
      }}
    >
      {acting.value ? busy : label}
    </button>
  );
}
