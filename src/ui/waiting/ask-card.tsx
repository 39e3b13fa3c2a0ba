import type { AskPurpose } from '../../messages/ui.ts';
import { Term } from '../labels/term.tsx';
import { hostOf } from '../names.ts';
import { count, say } from '../words.ts';
import { useAccess } from './access.ts';
import { QuestionCard } from './question-card.tsx';

interface Props {
  /** Of the question that an agent waits with; undefined where none does. */
  readonly id?: string;
  readonly agent: string;
  readonly origins: readonly string[];
  readonly purpose?: AskPurpose | undefined;
  /** Until when an agent waits for the answer, in milliseconds since the epoch; undefined where none does. */
  readonly until?: number;
}

const WORDS = { waits: 'askWaits', notNow: 'askNotNowMeans' } as const;

/** Says who wants what of whom, and asks Chrome for it on the person's click. */
export function AskCard({ id: ask, agent, origins, purpose, until }: Props) {
  const { isAllowed, isAsking, failure, allow } = useAccess(agent, origins);
  if (until === undefined && isAllowed.value !== false) {
    return isAllowed.value ? <p data-state="allowed">{say('allowed')}</p> : null;
  }
  return (
    <QuestionCard
      {...{ ask, until, failure, words: WORDS, isBusy: isAsking.value }}
      title={sentence(hostOf(agent), purpose)}
      what={count('askNeeds', origins.length)}
      onAllow={allow}
    >
      <ul>
        {origins.map((origin) => (
          <li key={origin}>
            <code>{origin}</code> <Role origin={origin} purpose={purpose} />
          </li>
        ))}
      </ul>
    </QuestionCard>
  );
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
