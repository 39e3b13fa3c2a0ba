import type { SessionView } from '../../messages/ui.ts';
import type { Enforcement } from '../../model/drill.ts';
import { Icon } from '../icons.tsx';
import { count, say } from '../words.ts';

/** What the last drill found, or that there is nothing to find: a word and a drawing, beside the state. */
export function EnforcementLabel({ session }: { readonly session: SessionView }) {
  const verdict = session.enforcement?.verdict;
  const isUnchecked = session.state === 'bound' && session.asBearer;
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
  notEnforced: 'shieldCross',
  unclear: 'shieldQuestion',
  notTested: 'shield',
} as const;

function wordFor(verdict: Enforcement['verdict'] | undefined): string {
  switch (verdict?.kind) {
    case 'enforced':
      return say('enforced', `${verdict.refused}/${verdict.refused}`);
    case 'notEnforced':
      return count('notEnforced', verdict.accepted.length);
    case 'unclear':
      return say('enforcementUnclear');
    case undefined:
      return say('notTested');
  }
}
