import type { SessionView } from '../../messages/ui.ts';
import { LONGEST_NAME } from '../../model/quotas.ts';
import { useAct } from '../actions/act.ts';
import { NotDone } from '../actions/not-done.tsx';
import { nicknameOf } from '../names.ts';
import { say } from '../words.ts';

interface Props {
  readonly session: SessionView;
  readonly onClose: () => void;
}

/** Asks for a session's name, and gives it that. Escape leaves it as it is. */
export function Rename({ session, onClose }: Props) {
  const { failure, run } = useAct();
  return (
    <form
      class="rename"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
      onSubmit={async (event) => {
        event.preventDefault();
        const name = String(new FormData(event.currentTarget).get('name')).trim();
        if (await run({ kind: 'rename', session: session.id, name })) onClose();
      }}
    >
      <input
        ref={(input) => input?.select()}
        name="name"
        aria-label={say('keyName')}
        placeholder={session.account ?? say('keyName')}
        defaultValue={nicknameOf(session)}
        maxLength={LONGEST_NAME}
        autocomplete="off"
      />
      <button type="submit">{say('keyRename')}</button>
      <NotDone failure={failure} />
    </form>
  );
}
