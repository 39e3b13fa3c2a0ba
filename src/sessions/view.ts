import type { Enforcement } from '../messages/drill.ts';
import type { SessionView } from '../messages/ui.ts';
import type { Session, Usage } from './session.ts';

/**
 * A session as people see it: without its handles.
 *
 * @param isHeld whether its newest tokens could not be stored
 */
export function viewOf(session: Session, usage: Usage, isHeld = false, enforcement?: Enforcement): SessionView {
  const { id, agent, resource, issuer, clientId, scopes, issuedAt, expiresAt } = session;
  const { proof: _, demandsNonce: __, ...counts } = usage;
  const common = {
    ...{ id, agent, resource, issuer, clientId, scopes, issuedAt, expiresAt },
    ...counts,
    ...(enforcement && { enforcement }),
  };
  switch (session.state) {
    case 'bound':
      return {
        ...common,
        state: 'bound',
        binding: session.binding,
        refreshable: session.handles.refresh !== undefined && !session.retiring,
        retiring: session.retiring === true,
        inPage: session.inPage === true,
        isHeld,
      };
    case 'damaged':
    case 'ownKey':
      return { ...common, state: session.state };
    case 'exposed':
      return { ...common, state: session.state, reason: session.reason, wanted: session.wanted ?? [] };
    case 'refused':
      return { ...common, state: session.state, reason: session.reason };
    default: {
      const { state, binding, endedAt, confirmed } = session;
      return { ...common, state, binding, endedAt, ...(confirmed !== undefined && { confirmed }) };
    }
  }
}
