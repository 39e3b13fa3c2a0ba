import { isLiveView, type SessionView } from '../../messages/ui.ts';
import { isHandedOver } from '../../model/handed-over.ts';
import type { PolicyView } from '../../model/policy.ts';
import { ActionButton } from '../actions/action-button.tsx';
import { later } from '../later.tsx';
import { policies } from '../state.ts';
import { say } from '../words.ts';

const PassedOn = later(async () => (await import('./hand-over.tsx')).PassedOn);

/** Where an agent sends its handles in vain, and who holds its tokens for this resource: what can be changed about it. */
export function Holder({ session }: { readonly session: SessionView }) {
  const { agent, resource, state } = session;
  const { policy, managed } = policies.value[agent] ?? NONE;
  const isInPage = state === 'bound' && session.inPage;
  const isKept = isLiveView(session) && !isInPage;
  if (resource !== undefined && isHandedOver(policy, resource)) {
    return (
      <div class="holder">
        {isKept && <p>{say('handedOverSoon')}</p>}
        {!managed.includes('handedOver') && (
          <ActionButton label={say('keepAgain')} request={{ kind: 'keepAgain', agent, resource }} />
        )}
      </div>
    );
  }
  const wasHandedOver = isInPage ? policy.custody !== false : state === 'exposed' && session.reason === 'handed_over';
  if (wasHandedOver) return <p>{say('keptAgain')}</p>;
  return isKept && session.passedOn ? <PassedOn session={session} places={session.passedOn} /> : null;
}

const NONE: PolicyView = { policy: {}, managed: [] };
