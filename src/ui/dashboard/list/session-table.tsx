import { Address } from '../../labels/address.tsx';
import { EnforcementLabel } from '../../labels/enforcement-label.tsx';
import { Mark, NoMark } from '../../labels/mark.tsx';
import { StateLabel } from '../../labels/state-label.tsx';
import { shorten } from '../../names.ts';
import { FirstSteps } from '../../session/first-steps.tsx';
import { fullNameOf } from '../../session/name.ts';
import { now } from '../../state.ts';
import type { TableColumn } from '../../table/column.ts';
import { WindowedTable } from '../../table/windowed-table.tsx';
import { figure, fromNow, say } from '../../words.ts';
import type { Column, ListQuery } from '../address/list-query.ts';
import { EVERY_SESSION } from '../address/list-query.ts';
import { go } from '../address/navigation.ts';
import { hashOf, type Route } from '../address/route.ts';
import type { Row } from './row.ts';

interface Props {
  readonly route: Extract<Route, { list: ListQuery }>;
  readonly rows: readonly Row[];
  /** There is no session at all. */
  readonly isEmpty: boolean;
}

/** The sessions that the list asks for. */
export function SessionTable({ route, rows, isEmpty }: Props) {
  if (isEmpty) return <FirstSteps look="first-steps" />;
  if (rows.length === 0) return <NothingFound />;
  const { list } = route;
  const open = route.view === 'sessions' ? undefined : route.session;
  return (
    <WindowedTable
      label={say('dashboardSessions')}
      look="sessions"
      columns={columnsFor(list)}
      items={rows}
      keyOf={({ session }) => session.id}
      isCurrent={({ session }) => session.id === open}
      sorting={{
        by: list.sort,
        isDescending: list.isDescending,
        onSort: (sort, isDescending) => go({ ...route, list: { ...list, sort, isDescending } }),
      }}
    />
  );
}

function columnsFor(list: ListQuery): TableColumn<Row, Column>[] {
  return [
    {
      id: 'key',
      name: say('dashboardKey'),
      term: 'thumbprint',
      cell: ({ thumbprint }) =>
        thumbprint ? (
          <>
            <Mark thumbprint={thumbprint} />
            <code>{shorten(thumbprint)}</code>
          </>
        ) : (
          <>
            <NoMark />
            <span class="quiet">{say('none')}</span>
          </>
        ),
    },
    {
      id: 'agent',
      name: say('factAgent'),
      cell: ({ agent }) => (
        <span title={agent}>
          <Address name={agent} />
        </span>
      ),
    },
    {
      id: 'resource',
      name: say('factResource'),
      cell: ({ session, resource, state, who }) => (
        <a
          href={hashOf({ view: 'session', session: session.id, list })}
          title={session.resource}
          aria-label={fullNameOf(session, state)}
        >
          {resource ? <Address name={resource} /> : say('unknownResource')} {who && <bdi class="who">{who}</bdi>}
        </a>
      ),
    },
    {
      id: 'state',
      name: say('dashboardState'),
      cell: ({ state }) => <StateLabel state={state} />,
    },
    {
      id: 'enforcement',
      name: say('dashboardEnforcement'),
      term: 'enforcement',
      cell: ({ session }) => <EnforcementLabel session={session} />,
    },
    { id: 'expires', name: say('factExpires'), cell: (row) => <Expiry row={row} /> },
    {
      id: 'proofs',
      name: say('dashboardProofs'),
      isNumber: true,
      startsDescending: true,
      cell: ({ session: { proofs } }) => figure(proofs),
    },
    {
      id: 'used',
      name: say('dashboardUsed'),
      startsDescending: true,
      cell: ({ session: { last } }) => (last ? <FromNow time={last.at} /> : <span class="quiet">–</span>),
    },
  ];
}

/** A time that moves: alone, so that the row need not be drawn each second. */
function FromNow({ time }: { readonly time: number }) {
  return <>{fromNow(time, now.value)}</>;
}

function Expiry({ row: { session, state } }: { readonly row: Row }) {
  const { expiresAt } = session;
  const isOver = !(['bound', 'refreshBound', 'held', 'given', 'locked', 'exposed', 'ownKey'] as string[]).includes(
    state,
  );
  if (isOver || expiresAt === undefined) return <span class="quiet">–</span>;
  if (expiresAt <= now.value) return <>{say('refreshes')}</>;
  return <FromNow time={expiresAt} />;
}

function NothingFound() {
  return (
    <section class="first-steps">
      <h2>{say('dashboardNoMatch')}</h2>
      <p>
        <a href={hashOf({ view: 'sessions', list: EVERY_SESSION })}>{say('dashboardShowAll')}</a>
      </p>
    </section>
  );
}
