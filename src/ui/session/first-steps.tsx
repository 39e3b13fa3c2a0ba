import type { ComponentChildren } from 'preact';
import { say } from '../words.ts';

/** What to do where nothing is protected yet. */
export function FirstSteps({ look, children }: { readonly look: string; readonly children?: ComponentChildren }) {
  return (
    <section class={look}>
      <h2>{say('emptyFirstTitle')}</h2>
      <ol>
        <li>{say('emptyFirst1')}</li>
        <li>{say('emptyFirst2')}</li>
        <li>{say('emptyFirst3')}</li>
      </ol>
      {children}
    </section>
  );
}
