import { type ExposedView, type SessionView, stateAt, type ViewState } from '../../messages/ui.ts';
import { isLocked, now, tell } from '../state.ts';
import { count, fromNow, moment, say } from '../words.ts';
import { AskedButton } from './asked-button.tsx';
import { Mark } from './mark.tsx';
import { StateLabel } from './state-label.tsx';
import { Thumbprint } from './thumbprint.tsx';

const WHY = {
  no_dpop: 'exposedNoDpop',
  bearer_answer: 'exposedBearerAnswer',
  declined: 'exposedDeclined',
  unverified: 'exposedUnverified',
  not_ours: 'exposedNotOurs',
  not_allowed: 'exposedNotAllowed',
} as const satisfies Record<ExposedView['reason'], string>;

/** One session: its state, its key, what was seen of it on the wire, and what can be done with it. */
export function SessionCard({ session, showAgent }: { readonly session: SessionView; readonly showAgent: boolean }) {
  const state = stateAt(session, now.value, isLocked.value);
  const explanation = explain(session, state);
  return (
    <article class={`session session-${state}`} aria-label={nameOf(session)} data-session={session.id}>
      <header>
        {'binding' in session ? <Mark thumbprint={session.binding.thumbprint} /> : <span class="mark mark-none" />}
        <div class="title">
          {showAgent && <p class="agent">{new URL(session.agent).host}</p>}
          <h3>{nameOf(session)}</h3>
        </div>
        <StateLabel state={state} />
      </header>
      {state === 'bound' && 'binding' in session && (
        <>
          <p class="line">
            <span>
              <Thumbprint value={session.binding.thumbprint} /> <span class="quiet">{session.binding.algorithm}</span>
            </span>
            <span class="quiet">{expiry(session)}</span>
          </p>
          <p class="line quiet">
            <span>{count('proofs', session.proofs)}</span>
            <LastAnswer session={session} />
          </p>
        </>
      )}
      {explanation && <p class="explanation">{explanation}</p>}
      {session.scopes.length > 0 && state === 'bound' && <Scopes scopes={session.scopes} />}
      <Facts session={session} state={state} />
    </article>
  );
}

function Scopes({ scopes }: { readonly scopes: readonly string[] }) {
  return (
    <ul class="scopes" aria-label={say('factScopes')}>
      {scopes.map((scope) => (
        <li key={scope}>{scope}</li>
      ))}
    </ul>
  );
}

function LastAnswer({ session: { last } }: { readonly session: SessionView }) {
  if (!last || isHeldBack(last)) return null;
  const result = last.error ? `${last.status} ${last.error}` : String(last.status);
  const refused = last.status >= 400 && last.error !== 'use_dpop_nonce';
  return <span class={refused ? 'refused' : undefined}>{say('lastResult', result, fromNow(last.at, now.value))}</span>;
}

/** Everything that is known of the session, on demand, and what can be done with it. */
function Facts({ session, state }: { readonly session: SessionView; readonly state: ViewState }) {
  const binding = 'binding' in session ? session.binding : undefined;
  return (
    <details>
      <summary>{say('details')}</summary>
      <dl>
        <Fact name="factAgent">{session.agent}</Fact>
        <Fact name="factResource">{session.resource ?? say('unknownResource')}</Fact>
        {session.issuer && <Fact name="factIssuer">{session.issuer}</Fact>}
        {session.clientId && <Fact name="factClient">{session.clientId}</Fact>}
        {binding && (
          <>
            <Fact name="factThumbprint">
              <Thumbprint value={binding.thumbprint} full />
            </Fact>
            <Fact name="factAlgorithm">{binding.algorithm}</Fact>
            <Fact name="factCode">{say(binding.codeBound ? 'codeBound' : 'codeNotBound')}</Fact>
          </>
        )}
        <Fact name="factScopes">{session.scopes.join(' ') || say('none')}</Fact>
        <Fact name="factIssued">{moment(session.issuedAt)}</Fact>
        {session.expiresAt !== undefined && <Fact name="factExpires">{moment(session.expiresAt)}</Fact>}
        {binding && <Fact name="factProofs">{count('proofs', session.proofs)}</Fact>}
      </dl>
      {binding && state === 'bound' && <p class="limit">{say('keyLimit')}</p>}
      {state !== 'locked' && <Actions session={session} />}
    </details>
  );
}

function Actions({ session }: { readonly session: SessionView }) {
  if (session.state !== 'bound') {
    return (
      <button type="button" onClick={() => tell({ kind: 'forget', session: session.id })}>
        {say('forget')}
      </button>
    );
  }
  return (
    <div class="actions">
      <AskedButton
        label={say('revoke')}
        busy={say('revoking')}
        look="danger"
        title={say('revokeTitle')}
        what={say('revokeWhat')}
        action={say('revokeAction')}
        keep={say('keepSession')}
        onAction={() => tell({ kind: 'revoke', session: session.id })}
      />
      {session.refreshable && (
        <AskedButton
          label={say('retire')}
          title={say('retireTitle')}
          what={say('retireWhat')}
          action={say('retireAction')}
          keep={say('keepKey')}
          onAction={() => tell({ kind: 'retire', session: session.id })}
        />
      )}
    </div>
  );
}

function Fact({
  name,
  children,
}: {
  readonly name: Parameters<typeof say>[0];
  readonly children: preact.ComponentChildren;
}) {
  return (
    <>
      <dt>{say(name)}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** The resource as people know it: host and path. */
function nameOf({ resource }: SessionView): string {
  if (resource === undefined) return say('unknownResource');
  const { host, pathname } = new URL(resource);
  return host + (pathname === '/' ? '' : pathname);
}

/** Whether the last request was held back by the circuit breaker, not answered by the server. */
function isHeldBack({ error }: NonNullable<SessionView['last']>): boolean {
  return error === 'breaker_open';
}

function expiry({ expiresAt, ...session }: SessionView): string {
  if (expiresAt === undefined) return say('noExpiry');
  if (expiresAt <= now.value) return 'refreshable' in session && session.refreshable ? say('refreshes') : '';
  return say('expires', fromNow(expiresAt, now.value));
}

function explain(session: SessionView, state: ViewState): string | undefined {
  switch (state) {
    case 'exposed':
      return session.state === 'exposed' ? say(WHY[session.reason]) : undefined;
    case 'refused':
      return say('refusedWhat');
    case 'locked':
      return say('lockedSession');
    case 'expired':
      return say('expiredWhat');
    case 'keyLost':
      return say('keyLostWhat');
    case 'revoked':
      return say('confirmed' in session && session.confirmed ? 'revokedConfirmed' : 'revokedLocally');
    case 'damaged':
      return say('damagedWhat');
    case 'ownKey':
      return say('ownKeyWhat');
    case 'bound':
      if (session.last && isHeldBack(session.last)) return say('breakerWhat');
      if ('isHeld' in session && session.isHeld) return say('heldWhat');
      if ('retiring' in session && session.retiring) return say('retiringWhat');
      return 'inPage' in session && session.inPage ? say('inPageWhat') : undefined;
  }
}
