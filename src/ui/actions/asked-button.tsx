import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Action } from '../../messages/ui-request.ts';
import { useAct } from './act.ts';
import { NotDone } from './not-done.tsx';
import { Question, type QuestionWords } from './question.tsx';

interface Props {
  readonly label: string;
  /** The label while the background is at it. */
  readonly busy?: string;
  readonly look?: 'danger' | 'link';
  readonly question: QuestionWords;
  readonly request: Action;
}

/** A button for what cannot be undone: it asks first. Where all stays as it is, it has the focus again. */
export function AskedButton({ label, busy, look, question, request }: Props) {
  const { doing, failure, run } = useAct();
  const isBusy = doing.value !== undefined;
  const isAsking = useSignal(false);
  const isBack = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isBack.value) button.current?.focus();
    isBack.value = false;
  }, [isBack.value]);

  if (isAsking.value) {
    return (
      <Question
        {...question}
        onKeep={() => {
          isAsking.value = false;
          isBack.value = true;
        }}
        onAction={async () => {
          isAsking.value = false;
          isBack.value = !(await run(request));
        }}
      />
    );
  }
  return (
    <>
      <button
        type="button"
        ref={button}
        class={look}
        disabled={isBusy}
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {isBusy && busy ? busy : label}
      </button>
      <NotDone failure={failure} />
    </>
  );
}
