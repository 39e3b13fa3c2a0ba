import { useComputed, useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { type BoundView, type SessionView, stateAt } from '../../messages/ui.ts';
import { useAct } from '../actions/act.ts';
import { NotDone } from '../actions/not-done.tsx';
import { Question } from '../actions/question.tsx';
import { questionBefore } from '../actions/question-words.ts';
import { Icon } from '../icons.tsx';
import { CustodyLabel } from '../labels/custody-label.tsx';
import { EnforcementLabel } from '../labels/enforcement-label.tsx';
import { SessionMark } from '../labels/mark.tsx';
import { Sparkline } from '../labels/sparkline.tsx';
import { StateLabel } from '../labels/state-label.tsx';
import { Thumbprint } from '../labels/thumbprint.tsx';
import { hostOf } from '../names.ts';
import { isLocked, now } from '../state.ts';
import { count, say } from '../words.ts';
import { explain } from './explain.ts';
import { ExposedAction } from './exposed-action.tsx';
import { Facts } from './facts.tsx';
import { Expiry, LastAnswer } from './live.tsx';
import { nameOf } from './name.ts';
import { type Asked, SessionMenu } from './session-menu.tsx';

/** One session: its state, its key, what was seen of it on the wire, and what can be done with it. */
export function SessionCard({ session, showAgent }: { readonly session: SessionView; readonly showAgent: boolean }) {
  const { value: state } = useComputed(() => stateAt(session, now.value, isLocked.value));
  const isOpen = useSignal(false);
  const asked = useSignal<Asked | undefined>(undefined);
  const { doing, failure, run } = useAct();
  const menu = useRef<HTMLDivElement>(null);
  const id = useId();
  const { value: explanation } = useComputed(() =>
    explain(session, stateAt(session, now.value, isLocked.value), now.value),
  );
  const isBound = session.state === 'bound' && state === 'bound';
  const close = (): void => {
    asked.value = undefined;
    menu.current?.querySelector<HTMLElement>('.menu-button')?.focus();
  };
  return (
    <article class={`session session-${state}`} aria-label={nameOf(session)} data-session={session.id}>
      <header>
        <SessionMark session={session} />
        <div class="title">
          {showAgent && <p class="agent">{hostOf(session.agent)}</p>}
          <h3>{nameOf(session)}</h3>
        </div>
        <StateLabel state={state} />
      </header>
      {isBound && <Wire session={session} />}
      {explanation && <p class="explanation">{explanation}</p>}
      <footer ref={menu}>
        {session.state === 'exposed' && state === 'exposed' && <ExposedAction session={session} />}
        {isBound && session.scopes.length > 0 && <Scopes scopes={session.scopes} />}
        <button
          type="button"
          class="details"
          aria-expanded={isOpen.value}
          aria-controls={id}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          {say('details')}
          <Icon name="chevron" look="chevron" />
        </button>
        <SessionMenu
          session={session}
          state={state}
          onAsk={(question) => (asked.value = question)}
          onForget={() => run({ kind: 'forget', session: session.id })}
        />
      </footer>
      {asked.value && (
        <Question
          {...questionBefore(asked.value)}
          onKeep={close}
          onAction={() => {
            if (asked.value) void run({ kind: asked.value, session: session.id });
            close();
          }}
        />
      )}
      {doing.value === 'revoke' && <p role="status">{say('revoking')}</p>}
      <NotDone failure={failure} />
      <div id={id} class="known" hidden={!isOpen.value}>
        {isOpen.value && <Facts session={session} />}
      </div>
    </article>
  );
}

/** What was seen of a bound session. */
function Wire({ session }: { readonly session: BoundView }) {
  return (
    <>
      <p class="line">
        <span>
          <Thumbprint value={session.binding.thumbprint} /> <span class="quiet">{session.binding.algorithm}</span>
        </span>
        <Expiry session={session} />
      </p>
      <p class="line quiet">
        {!session.asBearer && (
          <span class="proofs">
            <span>{count('proofs', session.proofs)}</span> <Sparkline recent={session.recent} />
          </span>
        )}
        <LastAnswer session={session} />
      </p>
      <p class="line quiet">
        <CustodyLabel session={session} />
        <EnforcementLabel session={session} />
      </p>
    </>
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
