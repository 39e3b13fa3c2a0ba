import type { SessionView } from '../../../messages/ui.ts';
import { Term } from '../../components/term.tsx';
import { ClaimsTable } from '../../proof/claims-table.tsx';
import { details, now } from '../../state.ts';
import { fromNow, say } from '../../words.ts';

type WithBinding = Extract<SessionView, { binding: unknown }>;

/** The last proof that left, claim by claim. */
export function ProofTable({ session: { id, binding } }: { readonly session: WithBinding }) {
  const proof = details.value?.session === id ? details.value.proof : undefined;
  return (
    <section class="proof" aria-labelledby="proof-title">
      <h3 id="proof-title">
        <Term name="proof">{say('proofTitle')}</Term>
      </h3>
      {!proof && <p class="quiet">{say('proofNone')}</p>}
      {proof && (
        <>
          <p class="quiet">{say('proofLeft', fromNow(proof.at, now.value))}</p>
          <ClaimsTable proof={proof} thumbprint={binding.thumbprint} />
        </>
      )}
    </section>
  );
}
