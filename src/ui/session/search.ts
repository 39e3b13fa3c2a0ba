import { bindingOf, type SessionView } from '../../messages/ui.ts';
import { finderOf } from '../finder.ts';
import { nicknameOf } from '../names.ts';

/** The sessions whose agent, servers, client, scopes, thumbprint, account or name hold every word of what is looked for. */
export function matching(sessions: readonly SessionView[], wanted: string): readonly SessionView[] {
  const finds = finderOf(wanted);
  return sessions.filter((session) => finds(textOf(session)));
}

/** What a session is found by. */
export function textOf(session: SessionView): string {
  const { agent, resource, issuer, clientId, scopes, account } = session;
  const thumbprint = bindingOf(session)?.thumbprint ?? '';
  return [nicknameOf(session), account, agent, resource, issuer, clientId, thumbprint, ...scopes].join(' ');
}
