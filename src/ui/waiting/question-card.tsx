import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { FailureCode } from '../../messages/ui.ts';
import { useAct } from '../actions/act.ts';
import { NotDone } from '../actions/not-done.tsx';
import { asks, now } from '../state.ts';
import { count, say } from '../words.ts';

interface Props {
  /** Of the question that an agent waits with; undefined where none does. */
  readonly ask: string | undefined;
  /** Until when it waits for the answer, in milliseconds since the epoch. */
  readonly until: number | undefined;
  readonly title: string;
  /** What it is for: what is asked for follows. */
  readonly what: string;
  readonly children: ComponentChildren;
  readonly isBusy: boolean;
  /** Why the last *Allow* was not done. */
  readonly failure: Signal<FailureCode | undefined>;
  readonly onAllow: () => void;
  /** How long the agent waits, and what *Not now* means. */
  readonly words: { readonly waits: Parameters<typeof count>[0]; readonly notNow: Parameters<typeof say>[0] };
}

/** A question of an agent: what it wants, *Allow* and *Not now*, and what each means. */
export function QuestionCard({ ask, until, title, what, children, isBusy, failure, onAllow, words }: Props) {
  const id = useId();
  const declining = useAct();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (until !== undefined && !document.activeElement?.closest('.ask')) heading.current?.focus();
  }, []);
  const decline = async (): Promise<void> => {
    if (ask !== undefined) await declining.run({ kind: 'decline', ask });
    if (ask === undefined || declining.failure.value === undefined) closeAfter(ask);
  };
  return (
    <section
      class="ask"
      role={until === undefined ? undefined : 'alertdialog'}
      aria-labelledby={id}
      aria-describedby={`${id}-what`}
    >
      <h2 id={id} ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <p id={`${id}-what`}>{what}</p>
      {children}
      <div class="actions">
        <button type="button" class="primary" data-action="allow" disabled={isBusy} onClick={onAllow}>
          {say('askAllow')}
        </button>
        <button type="button" onClick={decline}>
          {say('askNotNow')}
        </button>
      </div>
      <NotDone failure={failure} />
      <NotDone failure={declining.failure} />
      {until !== undefined && <TimeLeft until={until} word={words.waits} />}
      <p class="limit">{say(words.notNow)}</p>
    </section>
  );
}

/** The popup has come for the question, and goes with the last. A window of its own may get another, and goes by itself. */
export function closeAfter(ask: string | undefined): void {
  if (!location.pathname.includes('/popup/')) return; // the dashboard shows it as well
  const isLast = asks.value.every(({ id }) => id === ask);
  if (ask === undefined || (isLast && !location.search)) window.close();
}

/** Of its own: it is drawn anew each second. */
function TimeLeft({ until, word }: { readonly until: number; readonly word: Props['words']['waits'] }) {
  return <p>{count(word, Math.max(0, Math.ceil((until - now.value) / 1000)))}</p>;
}
