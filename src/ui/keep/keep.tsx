import { useSignal } from '@preact/signals';
import { StateLabel } from '../labels/state-label.tsx';
import { isComplete, lock, sessionWith, sites } from '../state.ts';
import { LockPanel } from '../waiting/lock-panel.tsx';
import { say } from '../words.ts';
import { ChangeKey } from './change-key.tsx';
import { Handed } from './handed.tsx';
import { type Kept, KeyForm, type KeyFormProps } from './key-form.tsx';

interface Props {
  /** Whose key it is to be; the person may choose another. */
  readonly agent: string | undefined;
  /** The address that is offered. */
  readonly server: string | undefined;
  /** A given key that is to be changed. */
  readonly session: string | undefined;
}

/** The one page where a person types a key: to give it to Holdfast, or to put it in the place of another. */
export function Keep({ agent, server, session: id }: Props) {
  const kept = useSignal<Kept | undefined>(undefined);
  if (!sites.value || !lock.value) return null;
  const session = sessionWith(id);
  return (
    <main>
      <header>
        <img src="/icons/icon.svg" width="20" height="20" alt="" />
        <p>{say('extensionName')}</p>
        {session?.state === 'given' && <StateLabel state={lock.value.state === 'locked' ? 'locked' : 'given'} />}
      </header>
      <LockPanel />
      {kept.value && <Handed kept={kept.value} />}
      {!kept.value && id === undefined && (
        <NewKey
          agent={agent}
          server={server}
          onKept={(done) => {
            kept.value = done;
          }}
        />
      )}
      {id !== undefined &&
        (session?.state === 'given' ? <ChangeKey session={session} /> : isComplete.value && <h1>{say('keepGone')}</h1>)}
    </main>
  );
}

function NewKey({ agent, server, onKept }: KeyFormProps) {
  return (
    <>
      <h1>{say('keepTitle')}</h1>
      {sites.value?.length === 0 ? (
        <p>{say('keepNoSite')}</p>
      ) : (
        <>
          <p>{say('keepWhat')}</p>
          <KeyForm agent={agent} server={server} onKept={onKept} />
        </>
      )}
    </>
  );
}
