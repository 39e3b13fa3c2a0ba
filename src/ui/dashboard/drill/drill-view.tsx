import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { SessionView, ViewState } from '../../../messages/ui.ts';
import { ATTEMPTS, isAttack } from '../../../model/drill.ts';
import { useAct } from '../../actions/act.ts';
import { NotDone } from '../../actions/not-done.tsx';
import { Question, type QuestionWords } from '../../actions/question.tsx';
import { Term } from '../../labels/term.tsx';
import { details, sessions } from '../../state.ts';
import { figure, say } from '../../words.ts';
import { AttemptTable } from './attempt-table.tsx';
import { Progress } from './progress.tsx';
import { VerdictPanel } from './verdict-panel.tsx';
import './drill.css';

interface Props {
  readonly session: SessionView;
  readonly state: ViewState;
}

/** The enforcement drill of a session: the question before it, its course, its verdict and its lines. */
export function DrillView({ session, state }: Props) {
  const { id, resource } = session;
  const isAsked = useSignal(false);
  const { doing, failure, run } = useAct();
  const known = details.value?.session === id ? details.value : undefined;
  const report = known?.drill;
  const verdict = report?.verdict;
  const isRunning = report !== undefined && verdict === undefined;
  const hindrance = hindranceTo(session, state);
  const place = useFocusKept(isAsked.value, isRunning);

  const start = (): void => {
    isAsked.value = false;
    void run({ kind: 'drill', session: id });
  };
  const button = hindrance === undefined && !isRunning && !isAsked.value && (
    <button
      type="button"
      ref={place.button}
      class={report ? undefined : 'primary'}
      disabled={doing.value !== undefined}
      onClick={() => {
        if (isKnown(resource)) start();
        else isAsked.value = true;
      }}
    >
      {say(report ? 'drillRunAgain' : 'drillRun')}
    </button>
  );
  return (
    <section class="drill" aria-labelledby="drill-title">
      <h3 id="drill-title" ref={place.title} tabIndex={-1}>
        <Term name="enforcement">{say('drillTitle')}</Term>
      </h3>
      {!report && <p class="quiet">{say('drillWhat')}</p>}
      {report && isRunning && <Progress report={report} />}
      {hindrance !== undefined && !isRunning && <p class="hindrance">{hindrance}</p>}
      {hindrance === undefined && resource !== undefined && isAsked.value && (
        <Question
          {...drillQuestion(resource)}
          look="primary"
          onAction={start}
          onKeep={() => {
            isAsked.value = false;
          }}
        />
      )}
      {report && verdict ? (
        <VerdictPanel report={{ ...report, verdict }}>{button}</VerdictPanel>
      ) : (
        button && <p class="actions">{button}</p>
      )}
      <NotDone failure={failure} />
      {(report || hindrance === undefined) && (
        <AttemptTable lines={report?.lines ?? []} stage={verdict ? 'over' : report ? 'running' : 'before'} />
      )}
    </section>
  );
}

/**
 * The most requests that a drill sends: the control tries three kinds of them, each attempt is repeated when the server wants
 * another nonce, and MCP sessions that were opened are ended.
 */
const MOST_REQUESTS = 40;

/** What the drill will do, before it is run on a server for the first time. */
function drillQuestion(resource: string): QuestionWords {
  const { host, origin } = new URL(resource);
  const attempts = ATTEMPTS.filter(isAttack).length;
  return {
    title: say('drillAskTitle', host),
    what: [
      say('drillAskWhat', figure(attempts), figure(MOST_REQUESTS)),
      say('drillAskWhere', origin),
      say('drillAskLog'),
    ],
    ...{ action: say('drillRun'), keep: say('askNotNow') },
  };
}

/** What had the focus may be gone when a question is answered or the drill begins: then one goes on at the button or the title. */
function useFocusKept(...moments: readonly unknown[]) {
  const button = useRef<HTMLButtonElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current && document.activeElement === document.body) (button.current ?? title.current)?.focus();
    isFirst.current = false;
  }, [...moments]);
  return { button, title };
}

/** Whether the person has agreed to a drill at this resource before. */
function isKnown(resource: string | undefined): boolean {
  return sessions.value.some((one) => one.resource === resource && one.enforcement !== undefined);
}

/** Why it cannot be run. */
function hindranceTo(session: SessionView, state: ViewState): string | undefined {
  if (state === 'locked') return say('drillLocked');
  if (session.state === 'held') return say('drillHeld');
  if (session.state === 'given') return say('drillGiven');
  if (session.state === 'bound' && session.asBearer) return say('drillAsBearer');
  if (state !== 'bound') return say('drillNotBound');
  return session.resource === undefined ? say('drillNoResource') : undefined;
}
