import type { SessionView, ViewState } from '../../../messages/ui.ts';
import { Actions } from './actions.tsx';
import { Facts } from './facts.tsx';
import { LastProof } from './last-proof.tsx';
import { Picture } from './picture.tsx';
import { Timeline } from './timeline-list.tsx';

interface Props {
  readonly session: SessionView;
  readonly state: ViewState;
}

/** All that is known of a session, the most telling first. */
export function Overview({ session, state }: Props) {
  return (
    <>
      <Picture session={session} state={state} />
      <Actions session={session} state={state} />
      <Facts session={session} />
      <Timeline session={session} />
      {'binding' in session && <LastProof session={session} />}
    </>
  );
}
