import { bindingOf, type SessionView, type ViewState } from '../../../messages/ui.ts';
import { Sparkline } from '../../labels/sparkline.tsx';
import { Facts } from '../../session/facts.tsx';
import { Expiry } from '../../session/live.tsx';
import { say } from '../../words.ts';
import { Actions } from './actions.tsx';
import { LastProof } from './last-proof.tsx';
import { Picture } from './picture.tsx';
import { Timeline } from './timeline-list.tsx';

interface Props {
  readonly session: SessionView;
  readonly state: ViewState;
}

/** All that is known of a session, the most telling first. */
export function Overview({ session, state }: Props) {
  const binding = bindingOf(session);
  return (
    <>
      <Picture session={session} state={state} />
      <Actions session={session} state={state} />
      <section class="known" aria-labelledby="facts-title">
        <h3 id="facts-title">{say('dashboardFacts')}</h3>
        {session.state === 'bound' && (
          <p class="line">
            <Expiry session={session} /> <Sparkline recent={session.recent} />
          </p>
        )}
        <Facts session={session} />
      </section>
      <Timeline session={session} />
      {binding && <LastProof session={session} binding={binding} />}
    </>
  );
}
