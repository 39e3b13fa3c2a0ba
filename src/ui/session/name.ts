import { computed } from '@preact/signals';
import type { SessionView, ViewState } from '../../messages/ui.ts';
import { stateWord } from '../labels/state-label.tsx';
import { nicknameOf, resourceName, visible } from '../names.ts';
import { sessions } from '../state.ts';
import { clock, say } from '../words.ts';

/** A session by its resource: host and path. */
export const nameOf = ({ resource }: SessionView): string =>
  resource === undefined ? say('unknownResource') : resourceName(resource);

const lookOf = (session: SessionView): string =>
  [session.agent, session.resource, nicknameOf(session) || session.account].join(' ');

/** How many sessions look like each. */
const looks = computed(() => {
  const found = new Map<string, number>();
  for (const session of sessions.value) {
    const look = lookOf(session);
    found.set(look, (found.get(look) ?? 0) + 1);
  }
  return found;
});

/** What tells a session from others of its resource: a name or an account, and where two look alike still, since when it is. */
export function whoOf(session: SessionView): string {
  const isAlike = (looks.value.get(lookOf(session)) ?? 0) > 1;
  const account = visible(nicknameOf(session) || session.account || '');
  return [account, isAlike && say('since', clock(session.issuedAt))].filter(Boolean).join(', ');
}

/** A session for who cannot see it: its resource, its state, and what tells it from others, which turns no writing (UAX #9). */
export const fullNameOf = (session: SessionView, state: ViewState): string =>
  [nameOf(session), stateWord(state), whoOf(session)]
    .filter(Boolean)
    .map((part) => `\u2068${part}\u2069`)
    .join(', ');
