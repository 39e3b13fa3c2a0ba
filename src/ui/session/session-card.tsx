import { useComputed, useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { isLiveState, isLiveView, type SessionView, stateAt } from '../../messages/ui.ts';
import { useAct } from '../actions/act.ts';
import { NotDone } from '../actions/not-done.tsx';
import { Question } from '../actions/question.tsx';
import { questionBefore } from '../actions/question-words.ts';
import { drillLink } from '../dashboard-link.ts';
import { Icon } from '../icons.tsx';
import { EnforcementLabel } from '../labels/enforcement-label.tsx';
import { StateLabel } from '../labels/state-label.tsx';
import { later } from '../later.tsx';
import { hostOf } from '../names.ts';
import { isLocked, now } from '../state.ts';
import { say } from '../words.ts';
import { answerOf, explain, isAboutUnasked } from './explain.ts';
import { ExposedAction } from './exposed-action.tsx';
import { Holder } from './holder.tsx';
import { LastAnswer } from './live.tsx';
import { fullNameOf, nameOf, whoOf } from './name.ts';
import { Rename } from './rename.tsx';
import { type Asked, SessionMenu } from './session-menu.tsx';

const Facts = later(async () => (await import('./facts.tsx')).Facts);
const EndUnasked = later(async () => (await import('./end-unasked.tsx')).EndUnasked);
const HandOver = later(async () => (await import('./hand-over.tsx')).HandOver);

/** One session: whose it is and its state, in one plain sentence what that means, and what can be done with it. */
export function SessionCard({ session, showAgent }: { readonly session: SessionView; readonly showAgent: boolean }) {
  const { value: state } = useComputed(() => stateAt(session, now.value, isLocked.value));
  const isOpen = useSignal(false);
  const asked = useSignal<Asked | undefined>(undefined);
  const { doing, failure, run } = useAct();
  const menu = useRef<HTMLDivElement>(null);
  const id = useId();
  const { value: plain } = useComputed(() => explain(session, state, now.value).plain);
  const { value: beside } = useComputed(() => explain(session, state, now.value).beside);
  const { value: who } = useComputed(() => whoOf(session));
  const fullName = fullNameOf(session, state);
  const isUsable = isLiveView(session) && isLiveState(state);
  const close = (): void => {
    asked.value = undefined;
    menu.current?.querySelector<HTMLElement>('.menu-button')?.focus();
  };
  return (
    <article class={`session session-${state}`} aria-label={fullName} data-session={session.id}>
      <header>
        <div class="title">
          {showAgent && <p class="quiet">{hostOf(session.agent)}</p>}
          <h3>{nameOf(session)}</h3>
          {who && (
            <p class="who">
              <bdi>{who}</bdi>
            </p>
          )}
        </div>
        <StateLabel state={state} />
      </header>
      <p class="plain">{plain}</p>
      {beside && <p class="explanation">{beside}</p>}
      {isUsable && answerOf(session)?.isRefusal && (
        <p>
          <LastAnswer session={session} />
        </p>
      )}
      {isUsable && isAboutUnasked(session, beside) && <EndUnasked session={session} />}
      {(isLiveState(state) || state === 'exposed') && <Holder session={session} />}
      <footer ref={menu}>
        {session.state === 'exposed' && state === 'exposed' && <ExposedAction session={session} />}
        {state === 'bound' && <Drill session={session} name={fullName} />}
        <button
          type="button"
          class="details"
          aria-label={say('namedAction', say('details'), fullName)}
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
          name={fullName}
          onAsk={(question) => (asked.value = question)}
          onForget={() => run({ kind: 'forget', session: session.id })}
        />
      </footer>
      {asked.value === 'rename' ? (
        <Rename session={session} onClose={close} />
      ) : (
        asked.value && (
          <Question
            {...questionBefore(asked.value === 'revoke' && session.state === 'given' ? 'delete' : asked.value)}
            onKeep={close}
            onAction={() => {
              if (asked.value && asked.value !== 'rename') void run({ kind: asked.value, session: session.id });
              close();
            }}
          />
        )
      )}
      {doing.value === 'revoke' && session.state !== 'given' && <p role="status">{say('revoking')}</p>}
      <NotDone failure={failure} />
      <div id={id} class="known" hidden={!isOpen.value}>
        {isOpen.value && <Facts session={session} more={explain(session, state, now.peek()).more} />}
        {isOpen.value && isUsable && !session.passedOn && <HandOver session={session} />}
      </div>
    </article>
  );
}

/** What the last drill found, or the way to one. */
function Drill({ session, name }: { readonly session: SessionView; readonly name: string }) {
  const isDrilled = session.enforcement !== undefined;
  return (
    <a
      class={isDrilled ? 'drilled' : 'button'}
      href={drillLink(session.id)}
      target="_blank"
      rel="noreferrer"
      aria-label={isDrilled ? undefined : say('namedAction', say('drillRun'), name)}
    >
      {isDrilled ? <EnforcementLabel session={session} /> : say('drillRun')}
    </a>
  );
}
