import { isLiveView, type SessionView } from '../../messages/ui.ts';
import { AskedButton } from '../actions/asked-button.tsx';
import { isLocked } from '../state.ts';
import { count, say } from '../words.ts';

interface Props {
  readonly sessions: readonly SessionView[];
  readonly agent: string | undefined;
}

/** Ends every session of a site, or every session there is; offered where that is more than one. */
export function RevokeAll({ sessions, agent }: Props) {
  const live = sessions.filter(isLiveView).length;
  if (live < 2 || isLocked.value) return null;
  const isGiven = sessions.some(({ state }) => state === 'given');
  const label = agent === undefined ? count('revokeEverything', live) : count('revokeSite', live);
  return (
    <div class="revoke-all">
      <AskedButton
        label={label}
        busy={say('revoking')}
        look="link"
        question={{
          ...{
            title: say('revokeAllTitle'),
            what: [say('revokeAllWhat'), ...(isGiven ? [say('revokeAllGiven')] : [])],
          },
          ...{ action: label, keep: say('keepSessions') },
        }}
        request={{ kind: 'revokeAll', agent }}
      />
    </div>
  );
}
