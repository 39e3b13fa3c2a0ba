import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { GLOSSARY, type TermName } from '../glossary.ts';
import { Icon } from '../icons.tsx';
import { say } from '../words.ts';

interface Props {
  readonly name: TermName;
  /** The word as it stands here; left out, as it stands in the glossary. */
  readonly children?: ComponentChildren;
}

/** A word of the glossary, with a quiet button beside it that says what it means. */
export function Term({ name, children }: Props) {
  const [word] = GLOSSARY[name];
  return (
    <span class="term">
      {children ?? say(word)}
      <WhatIsThis name={name} />
    </span>
  );
}

/** The button alone, for a word that is itself a picture or a label. */
export function WhatIsThis({ name }: { readonly name: TermName }) {
  const id = useId();
  const isOpen = useSignal(false);
  const [word, meaning] = GLOSSARY[name];
  return (
    <>
      <button
        type="button"
        class="what"
        popovertarget={id}
        aria-label={say('whatIsThis', say(word))}
        aria-describedby={isOpen.value ? id : undefined}
        style={`anchor-name:--${id}`}
      >
        <Icon name="help" />
      </button>
      <span
        id={id}
        popover="auto"
        role="note"
        class="meaning"
        style={`position-anchor:--${id}`}
        onBeforeToggle={({ newState }) => {
          isOpen.value = newState === 'open';
        }}
      >
        {isOpen.value && (
          <>
            <strong>{say(word)}</strong>
            {say(meaning)}
          </>
        )}
      </span>
    </>
  );
}
