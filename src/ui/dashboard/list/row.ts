import { bindingOf, type SessionView, stateAt, type ViewState } from '../../../messages/ui.ts';
import { hostOf, resourceName } from '../../names.ts';
import { textOf } from '../../session/search.ts';
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
  /** What tells it from others of its resource. */
  readonly who: string;
  /** What it is found by. */
  readonly text: string;
}

type Names = Omit<Row, 'state' | 'session' | 'who'>;

/** A session's view is another object when it changes: so its names are made once. */
const known = new WeakMap<SessionView, Names>();

/** @param who what tells it from others of its resource: that depends on the others */
export function rowOf(session: SessionView, now: number, isLocked: boolean, who = ''): Row {
  let names = known.get(session);
  if (!names) {
    names = namesOf(session);
    known.set(session, names);
  }
  return { session, state: stateAt(session, now, isLocked), who, ...names };
}

function namesOf(session: SessionView): Names {
  const { agent, resource, enforcement } = session;
  return {
    agent: hostOf(agent),
    resource: resource === undefined ? '' : resourceName(resource),
    thumbprint: bindingOf(session)?.thumbprint ?? '',
    enforcement: enforcement?.verdict.kind ?? 'notTested',
    text: textOf(session),
  };
}
