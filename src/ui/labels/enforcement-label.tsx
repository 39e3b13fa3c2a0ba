import type { SessionView } from '../../messages/ui.ts';
import type { Enforcement } from '../../model/drill.ts';
import { Icon } from '../icons.tsx';
import { count, say } from '../words.ts';

/** What the last drill found, or that there is nothing to find: a word and a drawing, beside the state. */
export function EnforcementLabel({ session }: { readonly session: SessionView }) {
  const verdict = session.enforcement?.verdict;
  const isUnchecked =
    session.state === 'held' || session.state === 'given' || (session.state === 'bound' && session.asBearer);
  const look = isUnchecked ? 'notTested' : (verdict?.kind ?? 'notTested');
  return (
    <span class={`enforcement enforcement-${look}`}>
      <Icon name={ICONS[look]} />
      {isUnchecked ? say('notChecked') : wordFor(verdict)}
    </span>
  );
}

const ICONS = {
  enforced: 'shieldCheck',
  advised: 'shieldCheck',
  incomplete: 'shieldCross',
  broken: 'shieldCross',
  unclear: 'shieldQuestion',
  notTested: 'shield',
} as const;

function wordFor(verdict: Enforcement['verdict'] | undefined): string {
  switch (verdict?.kind) {
    case 'enforced':
      return say('enforced', `${verdict.refused}/${verdict.refused + (verdict.untold ?? 0)}`);
    case 'advised':
    case 'incomplete':
      return count(verdict.kind, verdict.found.length);
    case 'broken':
      return say('broken');
    case 'unclear':
      return say('enforcementUnclear');
    case undefined:
      return say('notTested');
  }
}
