import type { SessionView } from '../../messages/ui.ts';
import type { Enforcement } from '../../model/drill.ts';
import type { Scheme } from '../../model/scheme.ts';
import type { BoundSession, HeldSession, Session } from '../../model/session.ts';
import type { Usage } from '../../model/usage.ts';

/** What is known of a session that does not stand in it. */
interface Beside {
  /** Whether its newest tokens could not be stored. */
  readonly isUnsaved?: boolean;
  readonly enforcement?: Enforcement | undefined;
  /** How its resource takes tokens, if that is known. */
  readonly scheme?: Scheme | undefined;
  /** Until when its requests are held back, in milliseconds since the epoch. */
  readonly heldBackUntil?: number | undefined;
}

/**
 * A session as people see it: without its handles.
 */
export function viewOf(
  session: Session,
  usage: Usage,
  { isUnsaved = false, enforcement, scheme, heldBackUntil }: Beside = {},
): SessionView {
  const { id, agent, resource, issuer, clientId, scopes, issuedAt, expiresAt } = session;
  const { proof: _, demandsNonce: __, ...counts } = usage;
  const common = {
    ...{ id, agent, resource, issuer, clientId, scopes, issuedAt, expiresAt },
    ...(session.account !== undefined && { account: session.account }),
    ...('nickname' in session && session.nickname !== undefined && { nickname: session.nickname }),
    ...('endsUnasked' in session && session.endsUnasked && { endsUnasked: session.endsUnasked }),
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
        inPage: session.handles.by === 'page',
        asBearer: scheme === 'Bearer',
        isUnsaved,
        heldBackUntil,
        ...further(session),
      };
    case 'held':
      return {
        ...common,
        ...further(session),
        state: 'held',
        ...(session.reason !== undefined && { reason: session.reason }),
        refreshable: session.handles.refresh !== undefined,
        isUnsaved,
        heldBackUntil,
      };
    case 'given':
      return {
        ...common,
        ...{
          state: 'given',
          resource: session.resource,
          name: session.name,
          header: session.header,
          scheme: session.scheme,
        },
        ...{ refreshable: false, isUnsaved, heldBackUntil },
      };
    case 'damaged':
      return { ...common, state: session.state };
    case 'ownKey':
      return { ...common, state: session.state };
    case 'exposed':
      return { ...common, state: session.state, reason: session.reason, wanted: session.wanted ?? [] };
    case 'refused':
      return { ...common, state: session.state, reason: session.reason };
    default: {
      const { binding, name, endedAt } = session;
      const over = { ...common, binding, ...(name !== undefined && { name }), endedAt };
      return session.state === 'revoked'
        ? {
            ...{ ...over, state: session.state, confirmed: session.confirmed },
            ...(session.accessLeft && { accessLeft: true }),
            ...(session.because && { because: session.because }),
          }
        : { ...over, state: session.state };
    }
  }
}

const further = (session: BoundSession | HeldSession) => session.further && { further: session.further };
