import { useSignal } from '@preact/signals';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { useEffect } from 'preact/hooks';
import { Mark } from '../labels/mark.tsx';
import { say } from '../words.ts';

/** A proof's key by its thumbprint (RFC 7638), compared with the one that the session is bound to. */
export function ProofKey({ jwk, own }: { readonly jwk: JWK; readonly own: string }) {
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
  const isOwn = thumbprint.value === own;
  return (
    <>
      {thumbprint.value !== undefined && (
        <span class="key-of-proof">
          <Mark thumbprint={thumbprint.value} /> <code>{thumbprint.value}</code>{' '}
          <strong class={isOwn ? 'fits' : 'refused'}>{say(isOwn ? 'proofSameKey' : 'proofOtherKey')}</strong>
        </span>
      )}
      <details>
        <summary>{say('proofKey')}</summary>
        <pre>
          <code>{text}</code>
        </pre>
      </details>
    </>
  );
}
