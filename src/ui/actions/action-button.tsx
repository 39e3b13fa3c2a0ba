import type { Action } from '../../messages/ui-request.ts';
import { useAct } from './act.ts';
import { NotDone } from './not-done.tsx';

interface Props {
  readonly label: string;
  /** For a screen reader, where the label is too short to tell several apart. */
  readonly name?: string;
  readonly look?: 'primary' | 'link';
  readonly request: Action;
}

/** A button that does something at once, and says when it was not done. */
export function ActionButton({ label, name, look, request }: Props) {
  const { doing, failure, run } = useAct();
  return (
    <>
      <button
        type="button"
        class={look}
        aria-label={name}
        disabled={doing.value !== undefined}
        onClick={() => run(request)}
      >
        {label}
      </button>
      <NotDone failure={failure} />
    </>
  );
}
