import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import browser from 'webextension-polyfill';
import type { SessionView } from '../../messages/ui.ts';
import { AskCard } from '../components/ask-card.tsx';
import { AskedButton } from '../components/asked-button.tsx';
import { LockEntry, LockPanel } from '../components/lock-panel.tsx';
import { SessionCard } from '../components/session-card.tsx';
import { SitePanel } from '../components/site-panel.tsx';
import { TroubleNote } from '../components/trouble-note.tsx';
import { asks, isLocked, sessions, sites, tell, trouble } from '../state.ts';
import { count, say } from '../words.ts';
import type { Front } from './front.ts';

/** The popup: the question that waits, the site in front, its sessions, then all others. */
export function Popup({ front: { origin, tab, servers } }: { readonly front: Front }) {
  if (sites.value === undefined) return null;
  const here = sessions.value.filter(({ agent }) => agent === origin);
  const elsewhere = sessions.value.filter(({ agent }) => agent !== origin);
  const isProtected = origin !== undefined && sites.value.includes(origin);
  return (
    <>
      <header class="bar">
        <img src="/icons/icon.svg" width="20" height="20" alt="" />
        <h1>{say('extensionName')}</h1>
      </header>
      {trouble.value && <TroubleNote trouble={trouble.value} />}
      <LockPanel />
      {asks.value.map((ask) => (
        <AskCard key={ask.id} {...ask} waits onDecline={() => tell({ kind: 'decline', ask: ask.id })} />
      ))}
      {origin && isProtected && servers.length > 0 && asks.value.length === 0 && (
        <Beforehand agent={origin} servers={servers} />
      )}
      {origin ? <SitePanel origin={origin} tab={tab} /> : <p class="no-site">{say('noSite')}</p>}
      {here.length > 0 && (
        <section aria-label={say('sessionsHere')}>
          {here.map((session) => (
            <SessionCard key={session.id} session={session} showAgent={false} />
          ))}
          <RevokeAll sessions={here} agent={origin} />
        </section>
      )}
      {here.length === 0 && (
        <Empty isProtected={isProtected} isFirst={sites.value.length === 0 && elsewhere.length === 0} />
      )}
      {elsewhere.length > 0 && (
        <details class="elsewhere">
          <summary>{count('otherSessions', elsewhere.length)}</summary>
          {elsewhere.map((session) => (
            <SessionCard key={session.id} session={session} showAgent />
          ))}
          <RevokeAll sessions={sessions.value} agent={undefined} />
        </details>
      )}
      <LockEntry />
    </>
  );
}

/** Ends every session of a site, or every session there is; offered where that is more than one. */
function RevokeAll({
  sessions,
  agent,
}: {
  readonly sessions: readonly SessionView[];
  readonly agent: string | undefined;
}) {
  const bound = sessions.filter(({ state }) => state === 'bound').length;
  if (bound < 2 || isLocked.value) return null;
  const label = agent === undefined ? count('revokeEverything', bound) : count('revokeSite', bound);
  return (
    <div class="revoke-all">
      <AskedButton
        label={label}
        busy={say('revoking')}
        look="danger"
        title={say('revokeAllTitle')}
        what={say('revokeAllWhat')}
        action={label}
        keep={say('keepSessions')}
        onAction={() => tell({ kind: 'revokeAll', agent })}
      />
    </div>
  );
}

/** What to do when there is nothing to show. */
function Empty({ isProtected, isFirst }: { readonly isProtected: boolean; readonly isFirst: boolean }) {
  if (isFirst) {
    return (
      <section class="empty">
        <h2>{say('emptyFirstTitle')}</h2>
        <ol>
          <li>{say('emptyFirst1')}</li>
          <li>{say('emptyFirst2')}</li>
          <li>{say('emptyFirst3')}</li>
        </ol>
      </section>
    );
  }
  if (!isProtected) return null;
  return (
    <section class="empty">
      <h2>{say('emptyTitle')}</h2>
      <p>{say('emptyProtected')}</p>
      <p>{say('emptySignInAgain')}</p>
    </section>
  );
}

/** Servers that this view was opened for: they can be allowed before an agent asks. */
function Beforehand({ agent, servers }: { readonly agent: string; readonly servers: readonly string[] }) {
  const allowed = useSignal<boolean | undefined>(undefined);
  const check = async (): Promise<void> => {
    allowed.value = await browser.permissions.contains({ origins: servers.map((server) => `${server}/*`) });
  };
  useEffect(() => void check(), []);
  if (allowed.value === undefined) return null;
  if (allowed.value) return <p data-state="allowed">{say('allowed')}</p>;
  return <AskCard agent={agent} origins={servers} waits={false} onAllowed={check} onDecline={() => window.close()} />;
}
