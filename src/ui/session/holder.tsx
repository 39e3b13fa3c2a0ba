import { isLiveView, type SessionView } from '../../messages/ui.ts';
import { isHandedOver } from '../../model/handed-over.ts';
import type { PolicyView } from '../../model/policy.ts';
import { LONGEST_HANDED_OVER } from '../../model/quotas.ts';
import { ActionButton } from '../actions/action-button.tsx';
import { AskedButton } from '../actions/asked-button.tsx';
import { Address } from '../labels/address.tsx';
import { WhatIsThis } from '../labels/term.tsx';
import { hostOf } from '../names.ts';
import { policies } from '../state.ts';
import { count, say } from '../words.ts';

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

function PassedOn({ session, places }: { readonly session: SessionView; readonly places: readonly string[] }) {
  return (
    <div class="holder">
      <p>
        {count('passedOn', places.length)} <WhatIsThis name="handle" />
      </p>
      <ul>
        {places.map((place) => (
          <li key={place}>
            <Address name={hostOf(place)} />
          </li>
        ))}
      </ul>
      <p>{say('passedOnWhat')}</p>
      <HandOver session={session} />
    </div>
  );
}

/** The way to let an agent hold its tokens, where that can be had: it asks first. */
export function HandOver({ session }: { readonly session: SessionView }) {
  const { agent, resource = '' } = session;
  const view = policies.value[agent];
  const isKept = view && view.policy.custody !== false && !isHandedOver(view.policy, resource);
  const isOffered = isKept && !view.managed.includes('handedOver') && isLiveView(session);
  if (!isOffered || !resource || resource.length > LONGEST_HANDED_OVER) return null;
  const isBound = session.state === 'bound' && !session.asBearer;
  return (
    <AskedButton
      label={say('handOver')}
      question={{
        ...{ title: say('handOverTitle'), what: [say(isBound ? 'handOverBound' : 'handOverHeld'), say('handOverWhy')] },
        ...{ action: say('handOverAction'), keep: say('handOverKeep') },
      }}
      request={{ kind: 'handOver', agent, resource }}
    />
  );
}
