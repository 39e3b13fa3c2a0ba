import type { Binding } from '../binding.ts';

/** Codes of RFC 6750 §3.1, RFC 9449 §7.1 and §9. */
export type RefusalCode =
  | 'invalid_request'
  | 'invalid_token'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'insufficient_scope';

/** Why a request is not served, in the server's own words. Without a code, it brought no credentials at all. */
export class Refusal extends Error {
  readonly code: RefusalCode | undefined;
  readonly status: 400 | 401 | 403;

  constructor(code: RefusalCode | undefined, description: string) {
    super(description);
    this.code = code;
    this.status = code === 'insufficient_scope' ? 403 : code === 'invalid_request' ? 400 : 401;
  }
}

/** What every challenge says. */
export interface ChallengeTerms {
  readonly binding: Binding;
  /** RFC 9728 §5.1. */
  readonly resourceMetadata: string;
  readonly scope: string;
  readonly dpopAlgorithms: readonly string[];
}

export type Scheme = 'Bearer' | 'DPoP';

/**
 * The reply to a request that is refused: one challenge for each scheme that the server takes, the error in the one
 * that the request used.
 */
export function refuse(refusal: Refusal, used: Scheme | undefined, terms: ChallengeTerms): Response {
  const offered: readonly Scheme[] =
    terms.binding === 'none' ? ['Bearer'] : terms.binding === 'required' ? ['DPoP'] : ['Bearer', 'DPoP'];
  const blamed = used && offered.includes(used) ? used : offered[0];
  const challenges = offered.map((scheme) =>
    challenge(scheme, {
      ...(refusal.code && scheme === blamed && { error: refusal.code, error_description: refusal.message }),
      ...(scheme === 'DPoP' && { algs: terms.dpopAlgorithms.join(' ') }),
      resource_metadata: terms.resourceMetadata,
      scope: terms.scope,
    }),
  );
  return Response.json(
    { error: refusal.code ?? 'unauthorized', error_description: refusal.message },
    { status: refusal.status, headers: { 'www-authenticate': challenges.join(', ') } },
  );
}

function challenge(scheme: Scheme, params: Readonly<Record<string, string>>): string {
  const quoted = Object.entries(params).map(([name, value]) => `${name}="${value.replace(NOT_ALLOWED, "'")}"`);
  return `${scheme} ${quoted.join(', ')}`;
}

/** RFC 6749 §5.2, what an error_description must not contain. */
const NOT_ALLOWED = /[^\x20\x21\x23-\x5b\x5d-\x7e]/g;
