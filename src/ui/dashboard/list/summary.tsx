import { StateLabel } from '../../labels/state-label.tsx';
import { count, figure, say } from '../../words.ts';
import { EVERY_SESSION } from '../address/list-query.ts';
import { hashOf } from '../address/route.ts';
import type { Row } from './row.ts';

/** So many sessions leave room below them. */
export const FEW = 10;

const RUNGS = ['bound', 'held', 'exposed'] as const;

/** A short list in a few words, and what can be done next: a bound session is worth what its server checks. */
export function Summary({ rows }: { readonly rows: readonly Row[] }) {
  const agents = new Set(rows.map(({ agent }) => agent)).size;
  const untested = rows.filter(
    ({ session, state, enforcement }) =>
      session.state === 'bound' && state === 'bound' && !session.asBearer && enforcement === 'notTested',
  );
  const [first] = untested;
  return (
    <section class="summary" aria-labelledby="summary-title">
      <h2 id="summary-title">{say('summaryTitle')}</h2>
      <ul>
        <li>{count('summaryAgents', agents)}</li>
        {RUNGS.map((rung) => (
          <li key={rung}>
            <StateLabel state={rung} />
            <span class="number">{figure(rows.filter(({ state }) => state === rung).length)}</span>
          </li>
        ))}
      </ul>
      {first && (
        <p>
          {count('summaryUntested', untested.length)}{' '}
          <a href={hashOf({ view: 'drill', session: first.session.id, list: EVERY_SESSION })}>{say('drillRun')}</a>
        </p>
      )}
    </section>
  );
}
