import type { SessionView } from '../../messages/ui.ts';
import type { Enforcement } from '../../model/drill.ts';
import { count, say } from '../words.ts';

/** What the last drill found, or that there is nothing to find: a word and a drawing, beside the state. */
export function EnforcementLabel({ session }: { readonly session: SessionView }) {
  const verdict = session.enforcement?.verdict;
  const isUnchecked = session.state === 'bound' && session.asBearer;
  const look = isUnchecked ? 'notTested' : (verdict?.kind ?? 'notTested');
  return (
    <span class={`enforcement enforcement-${look}`}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={DRAWINGS[look]} />
      </svg>
      {isUnchecked ? say('notChecked') : wordFor(verdict)}
    </span>
  );
}

const DRAWINGS = {
  enforced: 'M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 12l2 2 4-4',
  notEnforced: 'M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9.5 9.5l5 5M14.5 9.5l-5 5',
  unclear: 'M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM10 10a2 2 0 1 1 2 2v1M12 16v.1',
  notTested: 'M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z',
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
