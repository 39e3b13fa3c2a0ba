import type { LockView } from '../../model/lock.ts';
import { hostOf, resourceName } from '../names.ts';
import { say } from '../words.ts';
import { useAsking } from './asking.ts';
import { Failed } from './failed.tsx';
import { askPasskey } from './passkey.ts';
import type { Wish } from './wish.ts';

interface Props {
  readonly lock: Extract<LockView, { state: 'locked' | 'unlocked' }>;
  readonly wish: Wish;
}

/** Says what would be loosened, and does it with the passkey's answer. */
export function Confirm({ lock, wish }: Props) {
  const { busy, failure, ask } = useAsking();
  const confirm = async (): Promise<void> => {
    if (await ask(async () => ({ ...wish, secret: await askPasskey(lock.passkey) }))) window.close();
  };
  return (
    <>
      <h1>{say('confirmTitle')}</h1>
      <p>{sentenceOf(wish)}</p>
      <p>{say('confirmWhy')}</p>
      <div class="actions">
        <button type="button" class="primary" disabled={busy.value} onClick={confirm}>
          {say(busy.value ? 'lockAsking' : 'confirmAction')}
        </button>
        <button type="button" onClick={() => window.close()}>
          {say('confirmKeep')}
        </button>
      </div>
      <Failed failure={failure.value} />
    </>
  );
}

function sentenceOf(wish: Wish): string {
  switch (wish.kind) {
    case 'policy':
      return say('confirmPolicy', hostOf(wish.origin));
    case 'unprotect':
      return say('confirmUnprotect', hostOf(wish.origin));
    case 'deleteEverything':
      return say('deleteEverythingWhat');
    case 'handOver':
      return say('confirmHandOver', hostOf(wish.agent), resourceName(wish.resource));
  }
}
