import { Step } from '../../look/step.tsx';
import type { Folio } from '../folio.ts';

/** What the agent says to somebody it does not know. */
export function SignedOut({ folio }: { folio: Folio }) {
  return (
    <div class="folio-empty">
      <p class="folio-pitch">Your notes, wherever they are kept.</p>
      <p>Folio is an agent: it reads and writes your notebook through an MCP server. Sign in to let it.</p>
      <p class="folio-actions">
        <button type="button" class="primary" onClick={() => folio.signIn()}>
          <Step number={1} />
          Sign in
        </button>
      </p>
    </div>
  );
}
