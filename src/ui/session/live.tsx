import type { SessionView } from '../../messages/ui.ts';
import { now } from '../state.ts';
import { fromNow, say } from '../words.ts';
import { isHeldBack } from './explain.ts';

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
export function LastAnswer({ session: { last } }: { readonly session: SessionView }) {
  if (!last || isHeldBack(last)) return null;
  const result = last.error ? `${last.status} ${last.error}` : String(last.status);
  const refused = last.status >= 400 && last.error !== 'use_dpop_nonce';
  return <span class={refused ? 'refused' : undefined}>{say('lastResult', result, fromNow(last.at, now.value))}</span>;
}
