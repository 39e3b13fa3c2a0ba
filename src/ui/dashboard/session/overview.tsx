import { bindingOf, type SessionView, type ViewState } from '../../../messages/ui.ts';
import { Part } from '../../part.tsx';
import { Facts } from '../../session/facts.tsx';
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
      <Part>
        <Picture session={session} state={state} />
      </Part>
      <Actions session={session} state={state} />
      <section class="known" aria-labelledby="facts-title">
        <h3 id="facts-title">{say('dashboardFacts')}</h3>
        <Part>
          <Facts session={session} />
        </Part>
      </section>
      <Part>
        <Timeline session={session} />
      </Part>
      <Part>{binding && <LastProof session={session} binding={binding} />}</Part>
    </>
  );
}
