import type { ViewState } from '../../../messages/ui.ts';
import type { Verdict } from '../../../model/drill.ts';

/** The columns that the list of sessions can be sorted by. */
export const COLUMNS = ['key', 'agent', 'resource', 'state', 'enforcement', 'expires', 'proofs', 'used'] as const;
export type Column = (typeof COLUMNS)[number];

/** The state that needs the person most comes first. */
export const STATES = [
  ...['exposed', 'keyLost', 'damaged', 'refused', 'locked'],
  ...['bound', 'refreshBound', 'held', 'given', 'ownKey', 'expired', 'revoked'],
] as readonly ViewState[];

export const ENFORCEMENTS = ['broken', 'incomplete', 'unclear', 'notTested', 'advised', 'enforced'] as const;
export type EnforcementKind = Verdict['kind'] | 'notTested';

export const GROUPINGS = ['agent', 'resource'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Which sessions the list shows, and in which order. */
export interface ListQuery {
  readonly by: Grouping;
  /** The agent or resource to which the list is limited; the empty text stands for a resource that is not known yet. */
  readonly group?: string | undefined;
  readonly state?: ViewState | undefined;
  readonly enforcement?: EnforcementKind | undefined;
  readonly text: string;
  /** Default: the newest session first. */
  readonly sort?: Column | undefined;
  readonly isDescending: boolean;
}

export const EVERY_SESSION: ListQuery = { by: 'agent', text: '', isDescending: false };
