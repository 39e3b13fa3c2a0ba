import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { bindingOf, type SessionView } from '../../../messages/ui.ts';
import type { ActivityLine } from '../../../model/activity.ts';
import { Address } from '../../labels/address.tsx';
import { Mark } from '../../labels/mark.tsx';
import { hostOf } from '../../names.ts';
import { nameOf, whoOf } from '../../session/name.ts';
import { sessions } from '../../state.ts';
import type { TableColumn } from '../../table/column.ts';
import { WindowedTable } from '../../table/windowed-table.tsx';
import { say, second } from '../../words.ts';
import { EVERY_SESSION } from '../address/list-query.ts';
import { hashOf } from '../address/route.ts';
import { KindLabel } from './kind-label.tsx';
import { sentenceOf } from './sentence.ts';

interface Props {
  /** Newest first. */
  readonly lines: readonly ActivityLine[];
}

/** Lines of the activity log, of which there may be thousands. */
export function ActivityTable({ lines }: Props) {
  const rowHeight = useRowHeight();
  const known = new Map(sessions.value.map((session) => [session.id, session]));
  return (
    <WindowedTable
      label={say('dashboardActivity')}
      look="lines"
      columns={columnsFor(known)}
      items={lines}
      keyOf={(_, index) => lines.length - index}
      rowHeight={rowHeight}
      grows="atTop"
    />
  );
}

/** Room for the longest sentence, in CSS pixels: three lines of it, or five where it is narrow. */
function useRowHeight(): number {
  const narrow = matchMedia('(max-width: 720px)');
  const isNarrow = useSignal(narrow.matches);
  useEffect(() => {
    const heard = (): void => {
      isNarrow.value = narrow.matches;
    };
    narrow.addEventListener('change', heard);
    return () => narrow.removeEventListener('change', heard);
  }, []);
  return isNarrow.value ? 92 : 56;
}

function columnsFor(known: ReadonlyMap<string, SessionView>): TableColumn<ActivityLine>[] {
  return [
    {
      id: 'time',
      name: say('activityTime'),
      cell: ({ at }) => <time dateTime={new Date(at).toISOString()}>{second(at)}</time>,
    },
    { id: 'kind', name: say('activityKind'), cell: (line) => <WhatHappened line={line} /> },
    { id: 'agent', name: say('activityAgent'), cell: ({ agent }) => <Host origin={agent} /> },
    {
      id: 'session',
      name: say('activitySession'),
      term: 'session',
      cell: (line) => (
        <>
          <SessionLink session={line.session === undefined ? undefined : known.get(line.session)} />
          <Between line={line} />
        </>
      ),
    },
    { id: 'server', name: say('activityServer'), cell: ({ server }) => <Host origin={server} /> },
    { id: 'status', name: say('activityStatus'), isNumber: true, cell: ({ status }) => status },
  ];
}

/** A word, what it means here, and the code behind it. Where it is cut, the whole is in its title. */
function WhatHappened({ line }: { readonly line: ActivityLine }) {
  const sentence = sentenceOf(line);
  return (
    <p class="happened" title={sentence}>
      <KindLabel line={line} /> <span class="sentence">{sentence}</span> {line.code && <code>{line.code}</code>}
    </p>
  );
}

/** Agent and server, where there is no room for a column of each. */
function Between({ line: { agent, server } }: { readonly line: ActivityLine }) {
  const hosts = [agent, server].flatMap((origin) => (origin === undefined ? [] : [hostOf(origin)]));
  return <p class="between quiet">{hosts.join(' → ')}</p>;
}

function SessionLink({ session }: { readonly session: SessionView | undefined }) {
  if (!session) return null;
  const binding = bindingOf(session);
  return (
    <a href={hashOf({ view: 'session', session: session.id, list: EVERY_SESSION })} title={session.resource}>
      {binding && <Mark thumbprint={binding.thumbprint} />}
      <span>
        {nameOf(session)} <bdi class="quiet">{whoOf(session)}</bdi>
      </span>
    </a>
  );
}

function Host({ origin }: { readonly origin: string | undefined }) {
  return origin === undefined ? null : (
    <span title={origin}>
      <Address name={hostOf(origin)} />
    </span>
  );
}
