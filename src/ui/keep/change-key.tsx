import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { GivenView } from '../../messages/ui.ts';
import { keyIn, secretProblem } from '../../model/given-key.ts';
import { useAct } from '../actions/act.ts';
import { AskedButton } from '../actions/asked-button.tsx';
import { NotDone } from '../actions/not-done.tsx';
import { questionBefore } from '../actions/question-words.ts';
import { hostOf } from '../names.ts';
import { fieldOf } from '../session/given-field.ts';
import { nameOf } from '../session/name.ts';
import { ask, isLocked } from '../state.ts';
import { say } from '../words.ts';
import { Field, SecretField } from './field.tsx';
import { Handle } from './handle.tsx';

/** A given key: its handle once more, another key in its place, another name, its end. */
export function ChangeKey({ session }: { readonly session: GivenView }) {
  const { id, agent, header, scheme } = session;
  const handle = useSignal<string | undefined>(undefined);
  useEffect(() => {
    void ask({ kind: 'showHandle', session: id }).then((result) => {
      if (result.ok) handle.value = result.handle;
    });
  }, [id]);
  return (
    <>
      <h1>{session.name || nameOf(session)}</h1>
      <p>{say('keptWhat', hostOf(agent), nameOf(session))}</p>
      <p class="preview">
        {say('keyLeavesAs')} <code>{fieldOf(header, scheme)}</code>
      </p>
      {handle.value !== undefined && <Handle value={handle.value} />}
      <Replace session={session} />
      <Rename session={session} />
      {!isLocked.value && (
        <AskedButton
          label={say('deleteKey')}
          look="danger"
          question={questionBefore('delete')}
          request={{ kind: 'revoke', session: id }}
        />
      )}
    </>
  );
}

function Replace({ session: { id, scheme } }: { readonly session: GivenView }) {
  const secret = useRef<HTMLInputElement>(null);
  const problem = useSignal<ReturnType<typeof secretProblem>>(undefined);
  const isDone = useSignal(false);
  const { doing, failure, run } = useAct();

  async function replace(): Promise<void> {
    const key = keyIn(secret.current?.value ?? '', scheme);
    problem.value = secretProblem(key);
    if (problem.value) return;
    isDone.value = await run({ kind: 'replace', session: id, secret: key });
    if (isDone.value && secret.current) secret.current.value = '';
  }

  return (
    <form
      autocomplete="off"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void replace();
      }}
    >
      <h2>{say('keyReplaceTitle')}</h2>
      <SecretField input={secret} problem={problem.value} />
      <button type="submit" disabled={doing.value !== undefined || isLocked.value}>
        {say('keyReplace')}
      </button>
      <p role="status">{isDone.value && say('keyReplaced')}</p>
      <NotDone failure={failure} />
    </form>
  );
}

function Rename({ session }: { readonly session: GivenView }) {
  const name = useSignal(session.name);
  const { doing, failure, run } = useAct();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void run({ kind: 'rename', session: session.id, name: name.value.trim() });
      }}
    >
      <Field
        label={say('keyName')}
        what={say('keyNameWhat')}
        value={name.value}
        onType={(text) => {
          name.value = text;
        }}
      />
      <button type="submit" disabled={doing.value !== undefined || name.value.trim() === session.name}>
        {say('keyRename')}
      </button>
      <NotDone failure={failure} />
    </form>
  );
}
