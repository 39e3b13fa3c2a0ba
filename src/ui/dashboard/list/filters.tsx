import { StateLabel } from '../../labels/state-label.tsx';
import { isComplete } from '../../state.ts';
import { count, figure, say } from '../../words.ts';
import { ENFORCEMENTS, type EnforcementKind, type ListQuery } from '../address/list-query.ts';
import { go, turnInto } from '../address/navigation.ts';
import { hashOf, type Route } from '../address/route.ts';
import type { Row } from './row.ts';
import { statesOf } from './select.ts';

interface Props {
  readonly route: Extract<Route, { list: ListQuery }>;
  readonly rows: readonly Row[];
  /** How many sessions the list shows. */
  readonly found: number;
}

const ENFORCEMENT_NAMES = {
  enforced: 'dashboardHeldEnforcement',
  advised: 'dashboardAdvisedEnforcement',
  incomplete: 'dashboardIncompleteEnforcement',
  broken: 'dashboardFailedEnforcement',
  unclear: 'enforcementUnclear',
  notTested: 'notTested',
} as const satisfies Record<EnforcementKind, string>;

/** What limits the list: words, a state, what the drill found. All of it is in the address. */
export function Filters({ route, rows, found }: Props) {
  const { list } = route;
  const withList = (change: Partial<ListQuery>): Route => ({ ...route, list: { ...list, ...change } });
  const words =
    found < rows.length
      ? say('dashboardFound', figure(found), figure(rows.length))
      : count('dashboardSessionCount', found);
  return (
    <div class="filters">
      <search class="bar-of-filters">
        <input
          type="search"
          aria-label={say('dashboardFilter')}
          placeholder={say('dashboardFilter')}
          value={list.text}
          onInput={({ currentTarget: { value } }) => turnInto(withList({ text: value }))}
        />
        <select
          aria-label={say('dashboardEnforcement')}
          value={list.enforcement ?? ''}
          onChange={({ currentTarget: { value } }) =>
            go(withList({ enforcement: ENFORCEMENTS.find((kind) => kind === value) }))
          }
        >
          <option value="">{say('dashboardAnyEnforcement')}</option>
          {ENFORCEMENTS.map((kind) => (
            <option key={kind} value={kind}>
              {say(ENFORCEMENT_NAMES[kind])}
            </option>
          ))}
        </select>
        <p class="quiet found" role="status">
          {isComplete.value && words}
        </p>
      </search>
      <nav class="states" aria-label={say('dashboardStates')}>
        <a href={hashOf(withList({ state: undefined }))} aria-current={list.state === undefined ? 'true' : undefined}>
          {say('dashboardAll')}
        </a>
        {statesOf(rows, list).map(([state, size]) => (
          <a key={state} href={hashOf(withList({ state }))} aria-current={state === list.state ? 'true' : undefined}>
            <StateLabel state={state} /> <span class="number">{figure(size)}</span>
          </a>
        ))}
      </nav>
    </div>
  );
}
