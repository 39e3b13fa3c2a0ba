import type { WebRequest } from 'webextension-polyfill';
import type { ProofView } from '../../model/proof-view.ts';
import { readProof } from '../../protocol/dpop/read-proof.ts';
import type { Header } from '../../protocol/http/header.ts';

/** A match pattern that holds every request to a resource, and a few more on its origin. */
export function patternOf(resource: string): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}${pathname.replace(/\*.*$/, '')}*`;
}

/** The header fields that `webRequest` tells of. */
export function headerIn(headers: WebRequest.HttpHeaders | undefined): Header {
  const fields = new Map<string, string>();
  for (const { name, value = '' } of headers ?? []) {
    const key = name.toLowerCase();
    const before = fields.get(key);
    fields.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return (name) => fields.get(name.toLowerCase()) ?? null;
}

/** A proof as it is shown. Undefined for what is none. @param at when it left, in milliseconds since the epoch */
export function decodeProof(proof: string | null, at: number): ProofView | undefined {
  const read = proof === null ? undefined : readProof(proof);
  return read && { at, ...read };
}
