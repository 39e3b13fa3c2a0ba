import { computed } from '@preact/signals';
import { isLocked, now, sessions } from '../../state.ts';
import type { ListQuery } from '../address/list-query.ts';
import type { Route } from '../address/route.ts';
import { SessionPane } from '../session/session-pane.tsx';
import { Filters } from './filters.tsx';
import { Groups } from './groups.tsx';
import { rowOf } from './row.ts';
import { select } from './select.ts';
import { SessionTable } from './session-table.tsx';
import './list.css';

/** A session's state depends on the time: the list is made anew when one has run out, not every second. */
const runOut = computed(() => sessions.value.filter(({ expiresAt = 0 }) => expiresAt <= now.value).length);

export const rows = computed(() => {
  runOut.value;
  return sessions.value.map((session) => rowOf(session, now.peek(), isLocked.value));
});

type SessionsRoute = Extract<Route, { list: ListQuery }>;

/** Left, the agents or resources; in the middle their sessions; right, the one that is open. */
export function SessionsView({ route }: { readonly route: SessionsRoute }) {
  const found = select(rows.value, route.list);
  return (
    <>
      <Groups rows={rows.value} query={route.list} isCookies={false} />
      {route.view !== 'drill' && (
        <div class="list">
          <Filters route={route} rows={rows.value} found={found.length} />
          <SessionTable route={route} rows={found} isEmpty={rows.value.length === 0} />
        </div>
      )}
      {route.view !== 'sessions' && (
        <SessionPane key={route.session} id={route.session} list={route.list} isDrill={route.view === 'drill'} />
      )}
    </>
  );
}
