import { useEffect, useId, useRef } from 'preact/hooks';
import type { AskPurpose } from '../../messages/ui.ts';
import { useAct } from '../actions/act.ts';
import { NotDone } from '../actions/not-done.tsx';
import { Term } from '../labels/term.tsx';
import { hostOf } from '../names.ts';
import { asks, now } from '../state.ts';
import { count, say } from '../words.ts';
import { useAccess } from './access.ts';

interface Props {
  /** Of the question that an agent waits with; undefined where none does. */
  readonly id?: string;
  readonly agent: string;
  readonly origins: readonly string[];
  readonly purpose?: AskPurpose | undefined;
  /** Until when an agent waits for the answer, in milliseconds since the epoch; undefined where none does. */
  readonly until?: number;
}

/** Says who wants what of whom, and asks Chrome for it on the person's click. */
export function AskCard({ id: ask, agent, origins, purpose, until }: Props) {
  const id = useId();
  const { isAllowed, isAsking, failure, allow } = useAccess(agent, origins);
  const declining = useAct();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (until !== undefined && !document.activeElement?.closest('.ask')) title.current?.focus();
  }, []);
  const decline = async (): Promise<void> => {
    if (ask !== undefined) await declining.run({ kind: 'decline', ask });
    const isLast = asks.value.every(({ id: other }) => other === ask) && declining.failure.value === undefined;
    // The popup has come for the question. A window of its own may get another, and goes by itself.
    if (ask === undefined || (isLast && !location.search)) window.close();
  };
  if (until === undefined && isAllowed.value !== false) {
    return isAllowed.value ? <p data-state="allowed">{say('allowed')}</p> : null;
  }
  return (
    <section
      class="ask"
      role={until === undefined ? undefined : 'alertdialog'}
      aria-labelledby={id}
      aria-describedby={`${id}-what`}
    >
      <h2 id={id} ref={title} tabIndex={-1}>
        {sentence(hostOf(agent), purpose)}
      </h2>
      <p id={`${id}-what`}>{count('askNeeds', origins.length)}</p>
      <ul>
        {origins.map((origin) => (
          <li key={origin}>
            <code>{origin}</code> <Role origin={origin} purpose={purpose} />
          </li>
        ))}
      </ul>
      <div class="actions">
        <button type="button" class="primary" data-action="allow" disabled={isAsking.value} onClick={allow}>
          {say('askAllow')}
        </button>
        <button type="button" onClick={decline}>
          {say('askNotNow')}
        </button>
      </div>
      <NotDone failure={failure} />
      <NotDone failure={declining.failure} />
      {until !== undefined && <TimeLeft until={until} />}
      <p class="limit">{say('askNotNowMeans')}</p>
    </section>
  );
}

/** Of its own: it is drawn anew each second. */
function TimeLeft({ until }: { readonly until: number }) {
  return <p>{count('askWaits', Math.max(0, Math.ceil((until - now.value) / 1000)))}</p>;
}

function sentence(agent: string, purpose: AskPurpose | undefined): string {
  if (!purpose) return say('askWho', agent);
  const issuer = purpose.issuer && hostOf(purpose.issuer);
  const resource = purpose.resource && hostOf(purpose.resource);
  if (issuer && resource) return say('askSignInAtFor', agent, issuer, resource);
  if (issuer) return say('askSignInAt', agent, issuer);
  if (!resource) return say('askWho', agent);
  return say(purpose.kind === 'use' ? 'askUse' : 'askSignInFor', agent, resource);
}

function Role({ origin, purpose }: { readonly origin: string; readonly purpose: AskPurpose | undefined }) {
  const roles = [
    ...(origin === purpose?.issuer ? (['issuer'] as const) : []),
    ...(origin === purpose?.resource ? (['resource'] as const) : []),
  ];
  return roles.map((role) => (
    <span key={role} class="quiet">
      <Term name={role}>{say(role === 'issuer' ? 'roleIssuer' : 'roleResource')}</Term>
    </span>
  ));
}
