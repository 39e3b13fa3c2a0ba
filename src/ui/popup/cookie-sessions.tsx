import { Term } from '../labels/term.tsx';
import { cookieSessions } from '../state.ts';
import { say } from '../words.ts';

/** What the browser itself binds on this site: shown, and otherwise none of ours. */
export function CookieSessions({ site }: { readonly site: string }) {
  const own = cookieSessions.value.filter(({ server }) => server === site);
  return own.map(({ server, registeredAt, algorithms }) => (
    <section key={server} class="cookie-session" aria-label={say('cookieSessionsHere')}>
      <Term name="cookieSession" />
      <span class="quiet">
        {say(registeredAt === undefined ? 'cookieSessionAsked' : 'cookieSessionBound')} {algorithms.join(' ')}
      </span>
    </section>
  ));
}
