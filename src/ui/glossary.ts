import type { say } from './words.ts';

type Word = Parameters<typeof say>[0];

/** The words of Holdfast that have a "what is this?": how each is written, and what it means. */
export const GLOSSARY = {
  agent: ['termAgent', 'termAgentWhat'],
  site: ['termSite', 'termSiteWhat'],
  resource: ['termResource', 'termResourceWhat'],
  issuer: ['termIssuer', 'termIssuerWhat'],
  session: ['termSession', 'termSessionWhat'],
  thumbprint: ['termThumbprint', 'termThumbprintWhat'],
  algorithm: ['termAlgorithm', 'termAlgorithmWhat'],
  token: ['termToken', 'termTokenWhat'],
  handle: ['termHandle', 'termHandleWhat'],
  proof: ['termProof', 'termProofWhat'],
  nonce: ['termNonce', 'termNonceWhat'],
  custody: ['termCustody', 'termCustodyWhat'],
  held: ['termHeld', 'termHeldWhat'],
  refreshBound: ['stateRefreshBound', 'termRefreshBoundWhat'],
  given: ['termGiven', 'termGivenWhat'],
  exposed: ['termExposed', 'termExposedWhat'],
  enforcement: ['termEnforcement', 'termEnforcementWhat'],
  dpop: ['termDpop', 'termDpopWhat'],
  scope: ['termScope', 'termScopeWhat'],
  client: ['termClient', 'termClientWhat'],
  code: ['termCode', 'termCodeWhat'],
  mcpSession: ['termMcpSession', 'termMcpSessionWhat'],
  cookieSession: ['termCookieSession', 'termCookieSessionWhat'],
} as const satisfies Record<string, readonly [Word, Word]>;

export type TermName = keyof typeof GLOSSARY;
