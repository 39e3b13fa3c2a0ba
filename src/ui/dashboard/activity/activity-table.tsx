import { bindingOf, type SessionView } from '../../../messages/ui.ts';
import type { ActivityLine } from '../../../model/activity.ts';
import { Mark } from '../../labels/mark.tsx';
import { hostOf } from '../../names.ts';
import { nameOf } from '../../session/name.ts';
import { sessions } from '../../state.ts';
import type { TableColumn } from '../../table/column.ts';
import { WindowedTable } from '../../table/windowed-table.tsx';
import { say, second } from '../../words.ts';
import { EVERY_SESSION } from '../address/list-query.ts';
import { hashOf } from '../address/route.ts';
import { KindLabel } from './kind-label.tsx';

interface Props {
  /** Newest first. */
  readonly lines: readonly ActivityLine[];
}

/** Lines of the activity log, of which there may be thousands. */
export function ActivityTable({ lines }: Props) {
  const known = new Map(sessions.value.map((session) => [session.id, session]));
  return (
    <WindowedTable
      label={say('dashboardActivity')}
      look="lines"
      columns={columnsFor(known)}
      items={lines}
      keyOf={(_, index) => lines.length - index}
      grows="atTop"
    />
  );
}

function columnsFor(known: ReadonlyMap<string, SessionView>): TableColumn<ActivityLine>[] {
  return [
    {
      id: 'time',
      name: say('activityTime'),
      cell: ({ at }) => <time dateTime={new Date(at).toISOString()}>{second(at)}</time>,
    },
    { id: 'kind', name: say('activityKind'), cell: ({ kind }) => <KindLabel kind={kind} /> },
    { id: 'agent', name: say('activityAgent'), cell: ({ agent }) => <Host origin={agent} /> },
    {
      id: 'session',
      name: say('activitySession'),
      term: 'session',
      cell: ({ session }) => <SessionLink session={session === undefined ? undefined : known.get(session)} />,
    },
    { id: 'server', name: say('activityServer'), cell: ({ server }) => <Host origin={server} /> },
    { id: 'status', name: say('activityStatus'), isNumber: true, cell: ({ status }) => status },
    { id: 'code', name: say('activityCode'), cell: ({ code }) => code && <code title={code}>{code}</code> },
  ];
}

function SessionLink({ session }: { readonly session: SessionView | undefined }) {
  if (!session) return null;
  const binding = bindingOf(session);
  return (
    <a href={hashOf({ view: 'session', session: session.id, list: EVERY_SESSION })} title={session.resource}>
      {binding && <Mark thumbprint={binding.thumbprint} />}
      <span>{nameOf(session)}</span>
    </a>
  );
}

function Host({ origin }: { readonly origin: string | undefined }) {
  return origin === undefined ? null : <span title={origin}>{hostOf(origin)}</span>;
}
