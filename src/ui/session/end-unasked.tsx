import type { LiveView } from '../../messages/ui.ts';
import { ActionButton } from '../actions/action-button.tsx';
import { say } from '../words.ts';

/** Whether a session ends when its token leaves once more with a request that nobody asked for: the person's choice. */
export function EndUnasked({ session }: { readonly session: LiveView }) {
  const { id, endsUnasked } = session;
  return (
    <div class="holder">
      {endsUnasked && <p>{say('endsUnasked')}</p>}
      <ActionButton
        label={say(endsUnasked ? 'endUnaskedNot' : 'endUnasked')}
        request={{ kind: 'endUnasked', session: id, wanted: !endsUnasked }}
      />
    </div>
  );
}
