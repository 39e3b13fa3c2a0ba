import { isLiveView, type SessionView } from '../../messages/ui.ts';
import { isHandedOver } from '../../model/handed-over.ts';
import { LONGEST_HANDED_OVER } from '../../model/quotas.ts';
import { AskedButton } from '../actions/asked-button.tsx';
import { Address } from '../labels/address.tsx';
import { WhatIsThis } from '../labels/term.tsx';
import { hostOf } from '../names.ts';
import { policies } from '../state.ts';
import { count, say } from '../words.ts';

/** Where an agent sends its handles in vain, and what can be done about that. */
export function PassedOn({ session, places }: { readonly session: SessionView; readonly places: readonly string[] }) {
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
