import { CopyButton } from '../copy/copy-button.tsx';
import { Term } from '../labels/term.tsx';
import { say } from '../words.ts';

/** The handle of a given key, to be pasted into the agent. */
export function Handle({ value }: { readonly value: string }) {
  return (
    <section class="handle" aria-label={say('termHandle')}>
      <p>
        <Term name="handle" />
      </p>
      <code>{value}</code>
      <CopyButton label={say('keyCopy')} text={() => value} />
    </section>
  );
}
