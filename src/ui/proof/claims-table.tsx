import { useSignal } from '@preact/signals';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { useEffect } from 'preact/hooks';
import type { ProofChecks } from '../../messages/inspection.ts';
import type { ProofView } from '../../messages/proof.ts';
import { Mark } from '../components/mark.tsx';
import { SectionLink } from '../components/section-link.tsx';
import { say, second } from '../words.ts';
import { CHECKED, type Claim, claimsOf } from './claims.ts';
import './claims.css';

interface Props {
  readonly proof: ProofView;
  /** Of the session's key; undefined for a proof of the page's own. */
  readonly thumbprint: string | undefined;
  /** Whether its parts fit the request that it left with, where that was compared. */
  readonly checks?: ProofChecks | undefined;
}

/** A proof, claim by claim: what each says, and what it is for. */
export function ClaimsTable({ proof, thumbprint, checks }: Props) {
  return (
    <table class="plain claims" aria-label={say('proofTitle')}>
      <thead>
        <tr>
          <th scope="col">{say('proofClaim')}</th>
          <th scope="col">{say('proofValue')}</th>
          {checks && <th scope="col">{say('proofFit')}</th>}
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
              <Value claim={claim} own={thumbprint} />
            </td>
            {checks && (
              <td>
                <Fit claim={claim} checks={checks} />
              </td>
            )}
            <td class="quiet">
              {say(claim.what)} {claim.section && <SectionLink section={claim.section} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Fit({ claim: { name }, checks }: { readonly claim: Claim; readonly checks: ProofChecks }) {
  const check = CHECKED[name];
  const fit = check && checks[check];
  if (fit === undefined) return <span class="quiet">–</span>;
  return <span class={fit ? 'same' : 'refused'}>{fit ? `✓ ${say('fitYes')}` : `✗ ${say('fitNo')}`}</span>;
}

function Value({ claim: { name, value }, own }: { readonly claim: Claim; readonly own: string | undefined }) {
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
function Key({ jwk, own }: { readonly jwk: JWK; readonly own: string | undefined }) {
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
          {own !== undefined && (
            <strong class={thumbprint.value === own ? 'same' : 'refused'}>
              {say(thumbprint.value === own ? 'proofSameKey' : 'proofOtherKey')}
            </strong>
          )}
        </span>
      )}
      <details>
        <summary>{say('proofMembers')}</summary>
        <pre>
          <code>{text}</code>
        </pre>
      </details>
    </>
  );
}
