import { Icon } from '../../icons.tsx';
import { WhatIsThis } from '../../labels/term.tsx';
import { cookieSessions } from '../../state.ts';
import { count, figure, say } from '../../words.ts';
import { GROUPINGS, type ListQuery } from '../address/list-query.ts';
import { hashOf } from '../address/route.ts';
import type { Row } from './row.ts';
import { type Group, groupsOf } from './select.ts';

interface Props {
  readonly rows: readonly Row[];
  readonly query: ListQuery;
  readonly isCookies: boolean;
}

const NAMES = { agent: 'dashboardByAgent', resource: 'dashboardByResource' } as const;

/** The agents or the resources, each with its number of sessions; and what the browser binds by itself, where it does. */
export function Groups({ rows, query, isCookies }: Props) {
  const { by, group } = query;
  const to = (list: Partial<ListQuery>): string => hashOf({ view: 'sessions', list: { ...query, ...list } });
  return (
    <div class="rail">
      <nav class="grouping" aria-label={say('dashboardGroupBy')}>
        {GROUPINGS.map((grouping) => (
          <a
            key={grouping}
            href={to({ by: grouping, group: undefined })}
            aria-current={grouping === by && !isCookies ? 'true' : undefined}
          >
            {say(NAMES[grouping])}
          </a>
        ))}
        <WhatIsThis name={by} />
      </nav>
      <nav class="groups" aria-label={say(NAMES[by])}>
        <ul>
          <li>
            <a href={to({ group: undefined })} aria-current={group === undefined && !isCookies ? 'page' : undefined}>
              <span>{say('dashboardAllSessions')}</span>
              <span class="number">{figure(rows.length)}</span>
            </a>
          </li>
          {groupsOf(rows, by).map((one) => (
            <li key={one.value}>
              <GroupLink group={one} to={to({ group: one.value })} isCurrent={one.value === group && !isCookies} />
            </li>
          ))}
        </ul>
        <ul hidden={cookieSessions.value.length === 0 && !isCookies}>
          <li>
            <a href={hashOf({ view: 'cookies' })} aria-current={isCookies ? 'page' : undefined}>
              <span>{say('dashboardCookies')}</span>
              <span class="number">{figure(cookieSessions.value.length)}</span>
            </a>
          </li>
        </ul>
      </nav>
    </div>
  );
}

function GroupLink({
  group: { name, count: size, worrying },
  to,
  isCurrent,
}: {
  readonly group: Group;
  readonly to: string;
  readonly isCurrent: boolean;
}) {
  const title = name || say('unknownResource');
  return (
    <a href={to} aria-current={isCurrent ? 'page' : undefined} title={title}>
      <span class="name">{title}</span>
      {worrying > 0 && <Icon name="warning" look="worrying" label={count('dashboardWorrying', worrying)} />}
      <span class="number">{figure(size)}</span>
    </a>
  );
}
