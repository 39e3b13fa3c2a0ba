import { isLiveView, type SessionView, type ViewState } from '../../../messages/ui.ts';
import { ActionButton } from '../../actions/action-button.tsx';
import { AskedButton } from '../../actions/asked-button.tsx';
import { questionBefore } from '../../actions/question-words.ts';
import { CopyButton } from '../../copy/copy-button.tsx';
import { keyLink } from '../../keep-link.ts';
import { HandOver } from '../../session/hand-over.tsx';
import { say } from '../../words.ts';

/** What the person can do with a session. While the vault is locked that is nothing: its tokens are needed to end it. */
export function Actions({ session, state }: { readonly session: SessionView; readonly state: ViewState }) {
  if (state === 'locked') return null;
  const isGiven = session.state === 'given';
  return (
    <section class="actions" aria-label={say('dashboardActions')}>
      {isLiveView(session) ? (
        <>
          {isGiven && (
            <a href={keyLink(session.id)} target="_blank" rel="noreferrer">
              {say('menuKey')}
            </a>
          )}
          <AskedButton
            label={say(isGiven ? 'deleteKey' : 'revoke')}
            {...(!isGiven && { busy: say('revoking') })}
            look="danger"
            question={questionBefore(isGiven ? 'delete' : 'revoke')}
            request={{ kind: 'revoke', session: session.id }}
          />
          {session.state === 'bound' && session.refreshable && (
            <AskedButton
              label={say('retire')}
              question={questionBefore('retire')}
              request={{ kind: 'retire', session: session.id }}
            />
          )}
          {!session.passedOn && <HandOver session={session} />}
        </>
      ) : (
        <ActionButton label={say('forget')} request={{ kind: 'forget', session: session.id }} />
      )}
      {isForOperator(session) && (
        <CopyButton
          label={say('operatorCopy')}
          text={() =>
            say('operatorMessage', session.issuer ?? say('factIssuer'), session.resource ?? say('unknownResource'))
          }
        />
      )}
    </section>
  );
}

/** Whether the people who run the authorization server can make it better: its tokens are bound to nothing. */
function isForOperator(session: SessionView): boolean {
  if (session.state === 'held') return session.reason === undefined || session.reason === 'contradiction';
  return session.state === 'exposed' && ['no_dpop', 'contradiction', 'bearer_answer'].includes(session.reason);
}
