import type { BoundView } from '../../messages/ui.ts';
import { say } from '../words.ts';

/** Who holds the real token: a word and a drawing. */
export function CustodyLabel({ session: { inPage } }: { readonly session: BoundView }) {
  return (
    <span class={inPage ? 'custody custody-page' : 'custody'}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={inPage ? IN_PAGE : HELD} />
      </svg>
      {say(inPage ? 'custodyPage' : 'custodyHeld')}
    </span>
  );
}

const HELD = 'M4 4h16v16H4zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM7 20v1.5M17 20v1.5M12 9V7.5M12 16.5V15';
const IN_PAGE = 'M4 4h16v16H4zM4 8.5h16M9.5 12.5L7 15l2.5 2.5M14.5 12.5L17 15l-2.5 2.5';
