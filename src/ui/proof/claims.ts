import type { ProofChecks } from '../../messages/inspection.ts';
import type { ProofView } from '../../messages/proof.ts';
import type { say } from '../words.ts';

export interface Claim {
  readonly name: string;
  readonly value: unknown;
  /** What it is for. */
  readonly what: Parameters<typeof say>[0];
  readonly section?: string;
}

/** What RFC 9449 defines, in the order in which it is read: first the header, then the claims. */
const DEFINED = {
  typ: ['claimTyp', 'RFC 9449 §4.2'],
  alg: ['claimAlg', 'RFC 9449 §4.2'],
  jwk: ['claimJwk', 'RFC 9449 §4.2'],
  jti: ['claimJti', 'RFC 9449 §11.1'],
  htm: ['claimHtm', 'RFC 9449 §4.2'],
  htu: ['claimHtu', 'RFC 9449 §4.2'],
  iat: ['claimIat', 'RFC 9449 §11.1'],
  ath: ['claimAth', 'RFC 9449 §4.2'],
  nonce: ['claimNonce', 'RFC 9449 §9'],
} as const satisfies Record<string, readonly [Claim['what'], string]>;

/** What is compared with the request, by the claim that says it. */
export const CHECKED: Readonly<Record<string, keyof ProofChecks>> = {
  alg: 'signature',
  jwk: 'key',
  htm: 'htm',
  htu: 'htu',
  ath: 'ath',
};

/** A proof, claim by claim; what the standard does not define comes last. */
export function claimsOf({ header, claims }: ProofView): Claim[] {
  const all = { ...header, ...claims };
  const defined = Object.entries(DEFINED).flatMap(([name, [what, section]]) =>
    name in all ? [{ name, value: all[name], what, section }] : [],
  );
  const other = Object.entries(all)
    .filter(([name]) => !(name in DEFINED))
    .map(([name, value]) => ({ name, value, what: 'claimOther' as const }));
  return [...defined, ...other];
}
