import type { ChallengeView, InspectedRequest } from '../../messages/inspection.ts';
import type { say } from '../words.ts';

type Word = Parameters<typeof say>[0];

interface Explanation {
  readonly what: Word;
  readonly section: string;
}

const ERRORS: Readonly<Record<string, Explanation>> = {
  use_dpop_nonce: { what: 'whyUseNonce', section: 'RFC 9449 §9' },
  invalid_dpop_proof: { what: 'whyInvalidProof', section: 'RFC 9449 §7.1' },
  invalid_token: { what: 'whyInvalidToken', section: 'RFC 6750 §3.1' },
  insufficient_scope: { what: 'whyInsufficientScope', section: 'RFC 6750 §3.1' },
  invalid_request: { what: 'whyInvalidRequest', section: 'RFC 6750 §3.1' },
};

/** A challenge in plain words, and where the standard defines it. */
export function challengeWords({ scheme, error }: ChallengeView): Explanation {
  if (error !== undefined) return ERRORS[error] ?? { what: 'whyOther', section: 'RFC 9110 §11.6.1' };
  if (scheme === 'dpop') return { what: 'whyDpopOffered', section: 'RFC 9449 §7.1' };
  if (scheme === 'bearer') return { what: 'whyBearerOffered', section: 'RFC 6750 §3' };
  return { what: 'whySchemeOffered', section: 'RFC 9110 §11.6.1' };
}

/** What became of nonces with this request. */
export function nonceWords({ proof, answer, isRetry }: InspectedRequest): Word {
  if (!proof) return 'nonceNoProof';
  const sent = proof.claims.nonce !== undefined;
  const isAsked = answer?.challenges.some(({ error }) => error === 'use_dpop_nonce') ?? false;
  if (isAsked) return sent ? 'nonceAskedAgain' : 'nonceAsked';
  if (sent && isRetry) return 'nonceAfterChallenge';
  if (answer?.nonce === 'new') return sent ? 'nonceReplaced' : 'nonceGiven';
  return sent ? 'nonceSent' : 'nonceNone';
}
