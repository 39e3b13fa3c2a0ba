import { useSignal } from '@preact/signals';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { useEffect } from 'preact/hooks';
import type { SessionView } from '../../../messages/ui.ts';
import { Mark } from '../../components/mark.tsx';
import { SectionLink } from '../../components/section-link.tsx';
import { Term } from '../../components/term.tsx';
import { details, now } from '../../state.ts';
import { fromNow, say, second } from '../../words.ts';
import { type Claim, claimsOf } from './claims.ts';

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
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">{say('proofClaim')}</th>
                <th scope="col">{say('proofValue')}</th>
                <th scope="col">{say('proofFor')}</th>
              </tr>
            </thead>
            <tbody>
              {claimsOf(proof).map((claim) => (
                <tr key={claim.name}>
                  <th scope="row">
                    <code>{claim.name}</code>
                  </th>
                  <td>
                    <Value claim={claim} own={binding.thumbprint} />
                  </td>
                  <td class="quiet">
                    {say(claim.what)} {claim.section && <SectionLink section={claim.section} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

function Value({ claim: { name, value }, own }: { readonly claim: Claim; readonly own: string }) {
  if (name === 'jwk' && typeof value === 'object' && value !== null) return <Key jwk={value} own={own} />;
  if (name === 'iat' && typeof value === 'number') {
    return (
      <>
        <code>{value}</code> <span class="quiet">{second(value * 1000)}</span>
      </>
    );
  }
  return <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>;
}

/** The proof's key by its thumbprint (RFC 7638), compared with the one that the session is bound to. */
function Key({ jwk, own }: { readonly jwk: JWK; readonly own: string }) {
  const thumbprint = useSignal<string | undefined>(undefined);
  const text = JSON.stringify(jwk, undefined, 1);
  useEffect(() => {
    calculateJwkThumbprint(JSON.parse(text) as JWK).then(
      (found) => {
        thumbprint.value = found;
      },
      () => {
        thumbprint.value = undefined; // no key of a kind that has one: its members are there to be read
      },
    );
  }, [text]);
  return (
    <>
      {thumbprint.value !== undefined && (
        <span class="key-of-proof">
          <Mark thumbprint={thumbprint.value} /> <code>{thumbprint.value}</code>{' '}
          <strong class={thumbprint.value === own ? 'same' : 'refused'}>
            {say(thumbprint.value === own ? 'proofSameKey' : 'proofOtherKey')}
          </strong>
        </span>
      )}
      <details>
        <summary>{say('proofJwk')}</summary>
        <pre>
          <code>{text}</code>
        </pre>
      </details>
    </>
  );
}
