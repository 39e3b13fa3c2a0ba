import type { SessionView } from '../../messages/ui.ts';
import { now } from '../state.ts';
import { fromNow, say } from '../words.ts';
import { answerOf } from './explain.ts';

// Each is a component of its own, so that a second that passes draws its text anew and nothing else.

/** When the access token expires, counted down. */
export function Expiry({ session }: { readonly session: SessionView }) {
  return <span class="quiet">{expiry(session)}</span>;
}

function expiry({ expiresAt, ...session }: SessionView): string {
  if (expiresAt === undefined) return say('noExpiry');
  if (expiresAt <= now.value) return 'refreshable' in session && session.refreshable ? say('refreshes') : '';
  return say('expires', fromNow(expiresAt, now.value));
}

/** What the server last answered, and how long ago. */
export function LastAnswer({ session }: { readonly session: SessionView }) {
  const answer = answerOf(session);
  if (!answer) return null;
  const { at, status, result, isRefusal } = answer;
  return (
    <span class={isRefusal ? 'refused' : undefined}>
      {say(status ? 'lastResult' : 'lastNoAnswer', result, fromNow(at, now.value))}
    </span>
  );
}
