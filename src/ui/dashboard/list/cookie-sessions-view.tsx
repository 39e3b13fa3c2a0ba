import { Term } from '../../labels/term.tsx';
import { hostOf } from '../../names.ts';
import { cookieSessions, now } from '../../state.ts';
import { fromNow, listed, moment, say } from '../../words.ts';
import { EVERY_SESSION } from '../address/list-query.ts';
import { Groups } from './groups.tsx';
import { rows } from './sessions-view.tsx';

/** Cookie sessions that the browser binds by itself (DBSC). Holdfast only tells of them. */
export function CookieSessionsView() {
  const all = cookieSessions.value;
  return (
    <>
      <Groups rows={rows.value} query={EVERY_SESSION} isCookies />
      <section class="page cookies" aria-labelledby="cookies-title">
        <h2 id="cookies-title">
          <Term name="cookieSession">{say('dashboardCookies')}</Term>
        </h2>
        <p class="quiet">{say(all.length > 0 ? 'dashboardCookiesWhat' : 'dashboardCookiesNone')}</p>
        {all.length > 0 && (
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">{say('activityServer')}</th>
                <th scope="col">{say('dashboardBoundBy')}</th>
                <th scope="col">{say('factAlgorithm')}</th>
                <th scope="col">{say('dashboardRegistered')}</th>
                <th scope="col">{say('dashboardChallenged')}</th>
              </tr>
            </thead>
            <tbody>
              {all.map(({ server, path, algorithms, registeredAt, challengedAt }) => (
                <tr key={server}>
                  <th scope="row">
                    {hostOf(server)}
                    {path && <code class="quiet"> {path}</code>}
                  </th>
                  <td>{say('dashboardBrowser')}</td>
                  <td>{algorithms.length > 0 ? listed(algorithms) : '–'}</td>
                  <td>
                    <When time={registeredAt} />
                  </td>
                  <td>
                    <When time={challengedAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  );
}

function When({ time }: { readonly time: number | undefined }) {
  if (time === undefined) return <span class="quiet">{say('dashboardNotSeen')}</span>;
  return <span title={moment(time)}>{fromNow(time, now.value)}</span>;
}
