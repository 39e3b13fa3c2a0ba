import { useEffect } from 'preact/hooks';
import { Part } from '../part.tsx';
import { asks, sites, trouble } from '../state.ts';
import { Asked } from '../waiting/asked.tsx';
import { LockPanel } from '../waiting/lock-panel.tsx';
import { TroubleNote } from '../waiting/trouble-note.tsx';
import { listed, say } from '../words.ts';
import { ActivityView } from './activity/activity-view.tsx';
import { EVERY_LINE } from './address/activity-query.ts';
import { EVERY_SESSION } from './address/list-query.ts';
import { address } from './address/navigation.ts';
import { hashOf, type Route } from './address/route.ts';
import { CookieSessionsView } from './list/cookie-sessions-view.tsx';
import { SessionsView } from './list/sessions-view.tsx';
import { RequestsView } from './requests/requests-view.tsx';
import { SettingsView } from './settings/settings-view.tsx';

/** The dashboard: what waits for the person, then what the address asks for. */
export function Dashboard() {
  const { route, ignored } = address.value;
  const tab = TABS.find(({ views }) => views.includes(route.view));
  const title = say(tab?.word ?? 'dashboardSessions');
  useEffect(() => {
    document.title = `${title} · ${say('extensionName')}`;
  }, [title]);
  return (
    <>
      <header class="frame">
        <img src="/icons/icon.svg" width="20" height="20" alt="" />
        <h1>{say('extensionName')}</h1>
        <nav aria-label={say('dashboardViews')}>
          {TABS.map(({ word, to, views }) => (
            <a key={word} href={hashOf(to)} aria-current={views.includes(route.view) ? 'page' : undefined}>
              {say(word)}
            </a>
          ))}
        </nav>
      </header>
      <div class="waiting">
        {trouble.value && <TroubleNote trouble={trouble.value} />}
        <LockPanel />
        {asks.value.map((ask) => (
          <Asked key={ask.id} {...ask} />
        ))}
        {ignored.length > 0 && (
          <p class="ignored" role="status">
            {say('dashboardIgnored', listed(ignored))}
          </p>
        )}
      </div>
      <main class={`view view-${route.view}`}>
        {sites.value !== undefined && (
          <Part key={tab?.word}>
            <View route={route} />
          </Part>
        )}
      </main>
    </>
  );
}

function View({ route }: { readonly route: Route }) {
  switch (route.view) {
    case 'sessions':
    case 'session':
    case 'drill':
      return <SessionsView route={route} />;
    case 'cookies':
      return <CookieSessionsView />;
    case 'activity':
      return <ActivityView query={route.lines} />;
    case 'requests':
      return <RequestsView tab={route.tab} />;
    case 'settings':
      return <SettingsView />;
    case 'unknown':
      return (
        <section class="nowhere">
          <h2>{say('dashboardUnknown')}</h2>
          <p>
            <a href={hashOf({ view: 'sessions', list: EVERY_SESSION })}>{say('dashboardShowAll')}</a>
          </p>
        </section>
      );
  }
}

const TABS = [
  {
    word: 'dashboardSessions',
    to: { view: 'sessions', list: EVERY_SESSION },
    views: ['sessions', 'session', 'drill', 'cookies'],
  },
  { word: 'dashboardActivity', to: { view: 'activity', lines: EVERY_LINE }, views: ['activity'] },
  { word: 'dashboardRequests', to: { view: 'requests', tab: undefined }, views: ['requests'] },
  { word: 'dashboardSettings', to: { view: 'settings' }, views: ['settings'] },
] as const satisfies readonly {
  readonly word: Parameters<typeof say>[0];
  readonly to: Route;
  readonly views: readonly Route['view'][];
}[] as readonly {
  readonly word: 'dashboardSessions' | 'dashboardActivity' | 'dashboardRequests' | 'dashboardSettings';
  readonly to: Route;
  readonly views: readonly Route['view'][];
}[];
