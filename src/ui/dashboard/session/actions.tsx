import type { SessionView, ViewState } from '../../../messages/ui.ts';
import { ActionButton } from '../../actions/action-button.tsx';
import { AskedButton } from '../../actions/asked-button.tsx';
import { questionBefore } from '../../actions/question-words.ts';
import { say } from '../../words.ts';

/** What the person can do with a session. While the vault is locked that is nothing: its tokens are needed to end it. */
export function Actions({ session, state }: { readonly session: SessionView; readonly state: ViewState }) {
  if (state === 'locked') return null;
  return (
    <section class="actions" aria-label={say('dashboardActions')}>
      {session.state === 'bound' ? (
        <>
          <AskedButton
            label={say('revoke')}
            busy={say('revoking')}
            look="danger"
            question={questionBefore('revoke')}
            request={{ kind: 'revoke', session: session.id }}
          />
          {session.refreshable && (
            <AskedButton
              label={say('retire')}
              question={questionBefore('retire')}
              request={{ kind: 'retire', session: session.id }}
            />
          )}
        </>
      ) : (
        <ActionButton label={say('forget')} request={{ kind: 'forget', session: session.id }} />
      )}
    </section>
  );
}
