import type { IncomingMessage } from 'node:http';
import { decodeJwt, decodeProtectedHeader } from 'jose';

/** One DPoP proof as it came over the wire, decoded and not verified. */
export interface WireProof {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The values of every `DPoP` field of a request. RFC 9449 §4.3 allows exactly one; Node joins several silently. */
export function proofFields(request: IncomingMessage): readonly string[] {
  return request.headersDistinct.dpop ?? [];
}

/** Decodes the first proof of a request, for logs. What cannot be decoded counts as an empty proof. */
export function decodeWireProof(fields: readonly string[]): WireProof | undefined {
  const [proof] = fields;
  if (proof === undefined) return undefined;
  try {
    return { header: { ...decodeProtectedHeader(proof) }, claims: { ...decodeJwt(proof) } };
  } catch {
    return { header: {}, claims: {} };
  }
}
