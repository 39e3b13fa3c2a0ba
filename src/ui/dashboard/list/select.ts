import type { ViewState } from '../../../messages/ui.ts';
import { finderOf } from '../../finder.ts';
import { type Column, ENFORCEMENTS, type Grouping, type ListQuery, STATES } from '../address/list-query.ts';
import type { Row } from './row.ts';

const TEXT = new Intl.Collator(undefined, { numeric: true });

/** The rows that a query asks for, in its order. Rows that are alike keep the order in which they are given. */
export function select(rows: readonly Row[], query: ListQuery): Row[] {
  const found = rows.filter(matching(query)).filter(({ state }) => query.state === undefined || query.state === state);
  if (query.sort === undefined) return found;
  const compare = COMPARE[query.sort];
  const sign = query.isDescending ? -1 : 1;
  return found.sort((a, b) => sign * compare(a, b));
}

/** Sessions in each state that there is, of those that a query asks for apart from its state. */
export function statesOf(rows: readonly Row[], query: ListQuery): (readonly [ViewState, number])[] {
  const found = rows.filter(matching(query));
  return STATES.map((state) => [state, found.filter((row) => row.state === state).length] as const).filter(
    ([state, count]) => count > 0 || state === query.state,
  );
}

export interface Group {
  /** The agent's origin or the resource; empty where that is not known. */
  readonly value: string;
  readonly name: string;
  readonly count: number;
  /** Of these, sessions that need somebody to look at them. */
  readonly worrying: number;
}

/** States in which a session is not what its person takes it for. */
const WORRYING: ReadonlySet<ViewState> = new Set(['exposed', 'keyLost', 'damaged']);

/** Every agent or every resource, by name. */
export function groupsOf(rows: readonly Row[], by: Grouping): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const value = groupValue(row, by);
    const { count, worrying } = groups.get(value) ?? { count: 0, worrying: 0 };
    const isWorrying = WORRYING.has(row.state) || row.enforcement === 'broken' || row.enforcement === 'incomplete';
    groups.set(value, { value, name: row[by], count: count + 1, worrying: worrying + (isWorrying ? 1 : 0) });
  }
  return [...groups.values()].sort((a, b) => TEXT.compare(a.name, b.name));
}

function groupValue({ session }: Row, by: Grouping): string {
  return session[by] ?? '';
}

/** Whether a query asks for a row, apart from its state. */
function matching({ by, group, enforcement, text }: ListQuery): (row: Row) => boolean {
  const finds = finderOf(text);
  return (row) =>
    (group === undefined || groupValue(row, by) === group) &&
    (enforcement === undefined || row.enforcement === enforcement) &&
    finds(row.text);
}

const NEVER = Number.MAX_SAFE_INTEGER;

const COMPARE: Readonly<Record<Column, (a: Row, b: Row) => number>> = {
  key: (a, b) => TEXT.compare(a.thumbprint, b.thumbprint),
  agent: (a, b) => TEXT.compare(a.agent, b.agent),
  resource: (a, b) => TEXT.compare(a.resource, b.resource),
  state: (a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state),
  enforcement: (a, b) => ENFORCEMENTS.indexOf(a.enforcement) - ENFORCEMENTS.indexOf(b.enforcement),
  expires: (a, b) => (a.session.expiresAt ?? NEVER) - (b.session.expiresAt ?? NEVER),
  proofs: (a, b) => a.session.proofs - b.session.proofs,
  used: (a, b) => (a.session.last?.at ?? 0) - (b.session.last?.at ?? 0),
};
