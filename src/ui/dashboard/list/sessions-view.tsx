import { computed } from '@preact/signals';
import { Part } from '../../part.tsx';
import { whoOf } from '../../session/name.ts';
import { isLocked, now, sessions } from '../../state.ts';
import type { ListQuery } from '../address/list-query.ts';
import type { Route } from '../address/route.ts';
import { SessionPane } from '../session/session-pane.tsx';
import { Filters } from './filters.tsx';
import { Groups } from './groups.tsx';
import { rowOf } from './row.ts';
import { select } from './select.ts';
import { SessionTable } from './session-table.tsx';
import { FEW, Summary } from './summary.tsx';
import './list.css';

/** A session's state depends on the time: the list is made anew when one has run out, not every second. */
const runOut = computed(() => sessions.value.filter(({ expiresAt = 0 }) => expiresAt <= now.value).length);

export const rows = computed(() => {
  runOut.value;
  return sessions.value.map((session) => rowOf(session, now.peek(), isLocked.value, whoOf(session)));
});

type SessionsRoute = Extract<Route, { list: ListQuery }>;

/** Left, the agents or resources; in the middle their sessions; right, the one that is open. */
export function SessionsView({ route }: { readonly route: SessionsRoute }) {
  const found = select(rows.value, route.list);
  const hasRoom = route.view === 'sessions' && found.length > 0 && rows.value.length <= FEW;
  return (
    <>
      <Groups rows={rows.value} query={route.list} isCookies={false} />
      {route.view !== 'drill' && (
        <div class={hasRoom ? 'list list-short' : 'list'}>
          <Filters route={route} rows={rows.value} found={found.length} />
          <Part>
            <SessionTable route={route} rows={found} isEmpty={rows.value.length === 0} />
          </Part>
          {hasRoom && (
            <Part>
              <Summary rows={rows.value} />
            </Part>
          )}
        </div>
      )}
      {route.view !== 'sessions' && (
        <Part key={route.session}>
          <SessionPane id={route.session} list={route.list} isDrill={route.view === 'drill'} />
        </Part>
      )}
    </>
  );
}
