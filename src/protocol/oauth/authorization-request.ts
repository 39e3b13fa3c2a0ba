/** The members of an authorization request that Holdfast reads (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 9449 §10). */
export interface AuthorizationRequest {
  readonly clientId: string | undefined;
  readonly codeChallenge: string | undefined;
  /** `plain` where the client says nothing (RFC 7636 §4.3): the challenge is the verifier then. */
  readonly codeChallengeMethod: string;
  readonly dpopJkt: string | undefined;
  readonly resource: string | undefined;
  readonly scope: string | undefined;
}

/** Reads an authorization request from its URL's query, or from the form that a client pushes (RFC 9126 §2.1). */
export function readAuthorizationRequest(parameters: URLSearchParams): AuthorizationRequest {
  const member = (name: string): string | undefined => parameters.get(name) || undefined;
  return {
    clientId: member('client_id'),
    codeChallenge: member('code_challenge'),
    codeChallengeMethod: member('code_challenge_method') ?? 'plain',
    dpopJkt: member('dpop_jkt'),
    resource: member('resource'),
    scope: member('scope'),
  };
}
