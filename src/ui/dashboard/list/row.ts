import { type SessionView, stateAt, type ViewState } from '../../../messages/ui.ts';
import type { EnforcementKind } from '../address/list-query.ts';

/** A session as the list shows, finds and sorts it. */
export interface Row {
  readonly session: SessionView;
  readonly state: ViewState;
  /** The agent's host. */
  readonly agent: string;
  /** Host and path of the resource; the empty text where it is not known. */
  readonly resource: string;
  readonly thumbprint: string;
  readonly enforcement: EnforcementKind;
  /** What the person's own words are looked for in, in lower case. */
  readonly words: string;
}

type Names = Omit<Row, 'state' | 'session'>;

/** A session's view is another object when it changes: so its names are made once. */
const known = new WeakMap<SessionView, Names>();

export function rowOf(session: SessionView, now: number, isLocked: boolean): Row {
  let names = known.get(session);
  if (!names) {
    names = namesOf(session);
    known.set(session, names);
  }
  return { session, state: stateAt(session, now, isLocked), ...names };
}

function namesOf(session: SessionView): Names {
  const { agent, resource, issuer = '', clientId = '', scopes, enforcement } = session;
  const thumbprint = 'binding' in session ? session.binding.thumbprint : '';
  const searched = [agent, resource ?? '', issuer, clientId, thumbprint, ...scopes];
  return {
    ...{ agent: new URL(agent).host, resource: nameOf(resource), thumbprint },
    enforcement: enforcement?.verdict.kind ?? 'notTested',
    words: searched.join(' ').toLowerCase(),
  };
}

/** A resource as people know it: host and path. */
function nameOf(resource: string | undefined): string {
  if (resource === undefined) return '';
  const { host, pathname } = new URL(resource);
  return host + (pathname === '/' ? '' : pathname);
}
