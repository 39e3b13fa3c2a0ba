import { decodeJwt, decodeProtectedHeader } from 'jose';

/** What stands in a proof, without its signature. */
export interface ReadProof {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A proof as it can be read; undefined for what is none. */
export function readProof(proof: string): ReadProof | undefined {
  try {
    return { header: { ...decodeProtectedHeader(proof) }, claims: decodeJwt(proof) };
  } catch {
    return undefined;
  }
}
