import { useComputed, useSignal } from '@preact/signals';
import { later } from '../later.tsx';
import { Part } from '../part.tsx';
import { matching } from '../session/search.ts';
import { SitePanel } from '../site/site-panel.tsx';
import { asks, missing, sessions, sites, trouble } from '../state.ts';
import { LockEntry, LockPanel } from '../waiting/lock-panel.tsx';
import { TroubleNote } from '../waiting/trouble-note.tsx';
import { count, say } from '../words.ts';
import { Bar } from './bar.tsx';
import { CookieSessions } from './cookie-sessions.tsx';
import { alike, Earlier } from './earlier.tsx';
import { Empty } from './empty.tsx';
import { Ended, folded } from './ended.tsx';
import type { Front } from './front.ts';
import { RevokeAll } from './revoke-all.tsx';
import { Search } from './search.tsx';
import { SessionList } from './session-list.tsx';

// Mostly the popup opens with no question.
const Asked = later(async () => (await import('../waiting/asked.tsx')).Asked);

/** More sessions than this can be searched. */
const MANY = 8;

/** The popup: the question that waits, the site in front, its sessions, then all others. */
export function Popup({ front: { origin, tab, servers } }: { readonly front: Front }) {
  const wanted = useSignal('');
  const isElsewhereOpen = useSignal(false);
  const here = useComputed(() => sessions.value.filter(({ agent }) => agent === origin));
  const elsewhere = useComputed(() => sessions.value.filter(({ agent }) => agent !== origin));
  const over = useComputed(() => (wanted.value.trim() === '' ? folded(here.value) : []));
  const earlier = useComputed(() =>
    wanted.value.trim() === '' ? alike(here.value.filter((one) => !over.value.includes(one))) : [],
  );
  const foundHere = useComputed(() => {
    const away = new Set([...over.value, ...earlier.value]);
    return matching(here.value, wanted.value).filter((one) => !away.has(one));
  });
  const foundElsewhere = useComputed(() => matching(elsewhere.value, wanted.value));
  if (sites.value === undefined) return null;

  const isProtected = origin !== undefined && sites.value.includes(origin);
  const isSearched = wanted.value.trim() !== '';
  const found = foundHere.value.length + foundElsewhere.value.length;
  const search = sessions.value.length > MANY && <Search wanted={wanted} found={found} />;
  const searchesHere = here.value.length > MANY;
  return (
    <>
      <Bar />
      <main>
        {trouble.value && <TroubleNote trouble={trouble.value} />}
        <LockPanel />
        {asks.value.map((ask) => (
          <Asked key={ask.id} {...ask} />
        ))}
        {asks.value.length === 0 && (
          <>
            {origin && isProtected && servers.length > 0 && <Asked agent={origin} origins={servers} />}
            {origin ? (
              <Part key={origin}>
                <SitePanel origin={origin} tab={tab} />
              </Part>
            ) : (
              <p class="no-site">{say('noSite')}</p>
            )}
            {searchesHere && search}
            {foundHere.value.length > 0 && (
              <section aria-label={say('sessionsHere')}>
                <SessionList sessions={foundHere.value} showAgent={false} />
                {earlier.value.length > 0 && <Earlier sessions={earlier.value} />}
                {!isSearched && <RevokeAll sessions={here.value} agent={origin} />}
                {over.value.length > 0 && <Ended sessions={over.value} />}
              </section>
            )}
            {here.value.length === 0 && !missing.value && (
              <Empty
                site={origin}
                isProtected={isProtected}
                isFirst={sites.value.length === 0 && sessions.value.length === 0}
              />
            )}
            {origin && (
              <Part>
                <CookieSessions site={origin} />
              </Part>
            )}
            {elsewhere.value.length > 0 && (
              <details
                class="elsewhere"
                open={isElsewhereOpen.value || (searchesHere && isSearched && foundElsewhere.value.length > 0)}
                onToggle={({ currentTarget }) => {
                  isElsewhereOpen.value = currentTarget.open;
                }}
              >
                <summary>
                  {count('otherSessions', isSearched ? foundElsewhere.value.length : elsewhere.value.length)}
                </summary>
                {!searchesHere && search}
                {isElsewhereOpen.value && <SessionList sessions={foundElsewhere.value} showAgent />}
                {isElsewhereOpen.value && !isSearched && <RevokeAll sessions={sessions.value} agent={undefined} />}
              </details>
            )}
          </>
        )}
      </main>
      <LockEntry />
    </>
  );
}
