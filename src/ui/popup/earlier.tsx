import type { SessionView } from '../../messages/ui.ts';
import { count } from '../words.ts';
import { SessionList } from './session-list.tsx';

/**
 * Exposed sessions that say what one before them in the list says: an agent that registers anew with each sign-in leaves one more
 * each time. All may live, so all are kept.
 */
export function alike(sessions: readonly SessionView[]): readonly SessionView[] {
  const said = new Set<string>();
  return sessions.filter((session) => {
    if (session.state !== 'exposed') return false;
    const { agent, resource, issuer, reason, account } = session;
    const says = JSON.stringify([agent, resource, issuer, reason, account]);
    return said.has(says) || !said.add(says);
  });
}

export function Earlier({ sessions }: { readonly sessions: readonly SessionView[] }) {
  return (
    <details class="elsewhere">
      <summary>{count('earlierExposed', sessions.length)}</summary>
      <SessionList sessions={sessions} showAgent={false} />
    </details>
  );
}
