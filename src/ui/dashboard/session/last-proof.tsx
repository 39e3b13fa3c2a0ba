import type { BindingView, SessionView } from '../../../messages/ui.ts';
import { Term } from '../../labels/term.tsx';
import { ProofTable } from '../../proof/proof-table.tsx';
import { details, now } from '../../state.ts';
import { fromNow, say } from '../../words.ts';

/** The last proof that left, claim by claim. */
export function LastProof({ session, binding }: { readonly session: SessionView; readonly binding: BindingView }) {
  const proof = details.value?.session === session.id ? details.value.proof : undefined;
  return (
    <section class="last-proof" aria-labelledby="proof-title">
      <h3 id="proof-title">
        <Term name="proof">{say('lastProof')}</Term>
      </h3>
      {proof ? (
        <>
          <p class="quiet">{say('proofLeft', fromNow(proof.at, now.value))}</p>
          <ProofTable proof={proof} own={binding.thumbprint} />
        </>
      ) : (
        <p class="quiet">{say('proofNone')}</p>
      )}
    </section>
  );
}
