import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { bindingOf, isLiveState, type SessionView, stateAt } from '../../../messages/ui.ts';
import { Icon } from '../../icons.tsx';
import { EnforcementLabel } from '../../labels/enforcement-label.tsx';
import { SessionMark } from '../../labels/mark.tsx';
import { StateLabel } from '../../labels/state-label.tsx';
import { WhatIsThis } from '../../labels/term.tsx';
import { Thumbprint } from '../../labels/thumbprint.tsx';
import { hostOf } from '../../names.ts';
import { EndUnasked } from '../../session/end-unasked.tsx';
import { explain, isAboutUnasked } from '../../session/explain.ts';
import { ExposedAction } from '../../session/exposed-action.tsx';
import { Holder } from '../../session/holder.tsx';
import { nameOf, whoOf } from '../../session/name.ts';
import { isComplete, isLocked, now, sessionWith, show } from '../../state.ts';
import { say } from '../../words.ts';
import type { ListQuery } from '../address/list-query.ts';
import { go } from '../address/navigation.ts';
import { hashOf } from '../address/route.ts';
import { DrillView } from '../drill/drill-view.tsx';
import { Overview } from './overview.tsx';
import './session.css';

interface Props {
  readonly id: string;
  readonly list: ListQuery;
  readonly isDrill: boolean;
}

/** The session that is open: its overview, or its drill. */
export function SessionPane({ id, list, isDrill }: Props) {
  const session = sessionWith(id);
  const title = useRef<HTMLHeadingElement>(null);
  const close = hashOf({ view: 'sessions', list });
  useEffect(() => {
    show({ kind: 'look', session: id });
    show({ kind: 'showActivity', wanted: true });
    return () => {
      show({ kind: 'look' });
      show({ kind: 'showActivity', wanted: false });
    };
  }, [id]);
  useEffect(() => backToList, []);
  useEffect(() => {
    // Where the link that led here is not shown any more, reading goes on at the title.
    if (!document.activeElement?.checkVisibility()) title.current?.focus();
  }, [id, isDrill]);
  return (
    <section
      class="pane"
      aria-labelledby="session-title"
      data-session={id}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) go({ view: 'sessions', list });
      }}
    >
      <p class="way">
        <a href={close} class="back">
          {say('dashboardAllSessions')}
        </a>
        <a href={close} class="close">
          <Icon name="cross" label={say('dashboardClose')} />
        </a>
      </p>
      {session ? (
        <Open session={session} list={list} isDrill={isDrill} title={title} />
      ) : (
        isComplete.value && (
          <h2 id="session-title" ref={title} tabIndex={-1}>
            {say('dashboardGone')}
          </h2>
        )
      )}
    </section>
  );
}

/** The session is closed: with the keyboard, one goes on at its row. */
function backToList(): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) {
      document.querySelector<HTMLAnchorElement>('.sessions tbody a[tabindex="0"]')?.focus();
    }
  });
}

interface OpenProps extends Omit<Props, 'id'> {
  readonly session: SessionView;
  readonly title: RefObject<HTMLHeadingElement | null>;
}

function Open({ session, list, isDrill, title }: OpenProps) {
  const state = stateAt(session, now.value, isLocked.value);
  const { plain, beside, more } = explain(session, state, now.value);
  const who = whoOf(session);
  const binding = bindingOf(session);
  const { id } = session;
  return (
    <>
      <header>
        <SessionMark session={session} />
        <div>
          <h2 id="session-title" ref={title} tabIndex={-1}>
            {nameOf(session)}
          </h2>
          {who && (
            <p class="who">
              <bdi>{who}</bdi>
            </p>
          )}
          <p class="quiet">{hostOf(session.agent)}</p>
          {binding && (
            <p>
              <Thumbprint value={binding.thumbprint} /> <span class="quiet">{binding.algorithm}</span>
            </p>
          )}
        </div>
        <p class="labels">
          <StateLabel state={state} />
          <span class="term">
            <EnforcementLabel session={session} />
            <WhatIsThis name="enforcement" />
          </span>
        </p>
      </header>
      <p class="plain">{plain}</p>
      {[beside, more].map(
        (said) =>
          said && (
            <p key={said} class="explanation">
              {said}
            </p>
          ),
      )}
      {session.state === 'exposed' && state === 'exposed' && (
        <div class="remedy">
          <ExposedAction session={session} />
        </div>
      )}
      {isLiveState(state) && isAboutUnasked(session, beside) && <EndUnasked session={session} />}
      {(isLiveState(state) || state === 'exposed') && <Holder session={session} />}
      <nav class="parts" aria-label={say('dashboardParts')}>
        <a href={hashOf({ view: 'session', session: id, list })} aria-current={isDrill ? undefined : 'page'}>
          {say('dashboardOverview')}
        </a>
        <a href={hashOf({ view: 'drill', session: id, list })} aria-current={isDrill ? 'page' : undefined}>
          {say('drillTitle')}
        </a>
      </nav>
      {isDrill ? <DrillView session={session} state={state} /> : <Overview session={session} state={state} />}
    </>
  );
}
